import { hostScalar } from '@spatial-ensemble/engine';
import type { Draws } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import type { Size } from './attack.ts';
import { unit } from './norms.ts';
import { inSquare, sign, type Squares } from './squares.ts';

/** That nothing is divided by 0 (AutoAttack's). */
const LEAST = 1e-12;

/**
 * Within L2 (Andriushchenko et al. 2020, algorithm 3, as torchattacks 3.5.1 and AutoAttack have it): it begins with tiles of
 * two poles each; each step takes what one square has of the change, and gives it, with poles added, to another.
 */
export const squaresInL2: Squares = {
  first: tiles,
  drawn(each, share, { height, width, channels }) {
    const side = sideOf(share, height, width);
    const corners = Array.from({ length: 4 }, () => new Float32Array(each.length));
    const turned = new Float32Array(each.length);
    const signs = new Float32Array(each.length * channels);
    each.forEach((drawn, i) => {
      corners.forEach((corner, at) => (corner[i] = drawn.int(Math.max(1, (at % 2 === 0 ? height : width) - side))));
      turned[i] = drawn.boolean(0.5) ? 1 : 0;
      for (let c = 0; c < channels; c++) signs[i * channels + c] = sign(drawn);
    });
    const [top, left, otherTop, otherLeft] = corners.map((data) => ({ data, shape: [each.length] })) as [HostEach, HostEach, HostEach, HostEach]; // prettier-ignore
    const pattern = { data: inCorner(poles(side), side, height, width), shape: [height, width] };
    return {
      side: hostScalar(side),
      pattern,
      top,
      left,
      otherTop,
      otherLeft,
      turned: { data: turned, shape: [each.length] },
      signs: { data: signs, shape: [each.length, channels] },
    };
  },
  tried(found, images, { epsilon, side, pattern, top, left, otherTop, otherLeft, turned, signs }) {
    const { shape } = images;
    // `!`: `drawn` gives them.
    const own = inSquare(shape, top!, left!, side!);
    const other = inSquare(shape, otherTop!, otherLeft!, side!);
    const change = tf.sub(found, images);
    const free = tf.maximum(tf.sub(tf.square(epsilon), squares(change)), 0);
    const taken = squares(tf.mul(change, tf.maximum(own, other)));
    const added = tf.mul(placed(pattern!, shape, top!, left!, turned!), tf.reshape(signs!, [-1, 1, 1, shape[3]]));
    const before = tf.div(change, tf.add(LEAST, lengthOfPlanes(tf.mul(change, own))));
    const wanted = tf.mul(tf.add(added, before), own);
    const given = tf.mul(tf.div(wanted, tf.add(LEAST, lengthOfPlanes(wanted))), tf.sqrt(tf.add(tf.div(free, shape[3]), taken))); // prettier-ignore
    // Where the two overlap, the one that is given counts.
    const changed = tf.add(given, tf.mul(change, tf.sub(1, tf.maximum(own, other))));
    return unit(tf.add(images, tf.mul(tf.div(changed, tf.add(tf.sqrt(squares(changed)), LEAST)), epsilon)));
  },
};
type HostEach = { readonly data: Float32Array; readonly shape: number[] };

/** Odd, and of three pixels at least, where the image has so many. */
function sideOf(share: number, height: number, width: number): number {
  const wanted = Math.max(3, Math.round(Math.sqrt(share * height * width)));
  const most = Math.min(height, width);
  return Math.min(wanted + (wanted % 2 === 0 ? 1 : 0), Math.max(1, most - (most % 2 === 0 ? 1 : 0)));
}

/** The sum of an image's squares, `[n, 1, 1, 1]`. */
function squares(x: tf.Tensor): tf.Tensor {
  return tf.sum(tf.square(x), [1, 2, 3], true);
}

/** The length of each colour of an image, `[n, 1, 1, channels]`. */
function lengthOfPlanes(x: tf.Tensor): tf.Tensor {
  return tf.sqrt(tf.sum(tf.square(x), [1, 2], true));
}

/** A pattern `[height, width]` from its upper left corner on at a place of each image, turned or not, `[n, height, width, 1]`. */
function placed(
  pattern: tf.Tensor,
  [n, height, width]: tf.Tensor4D['shape'],
  top: tf.Tensor,
  left: tf.Tensor,
  turned: tf.Tensor,
): tf.Tensor {
  // prettier-ignore
  const from = (length: number, corner: tf.Tensor, shape: number[]): tf.Tensor =>
    tf.maximum(tf.sub(tf.reshape(tf.range(0, length, 1, 'float32'), shape), tf.reshape(corner, [-1, 1, 1])), 0);
  const [row, column] = [from(height, top, [1, height, 1]), from(width, left, [1, 1, width])];
  // A turned one's rows are columns. What is beyond it is cut off by whoever asks, and only has to be a place.
  const at = tf.where(
    tf.cast(tf.broadcastTo(tf.reshape(turned, [-1, 1, 1]), [n, height, width]), 'bool'),
    tf.add(tf.mul(column, width), row),
    tf.add(tf.mul(row, width), column),
  );
  const places = tf.cast(tf.minimum(at, height * width - 1), 'int32');
  return tf.reshape(tf.gather(tf.reshape(pattern, [-1]), tf.reshape(places, [-1])), [n, height, width, 1]);
}

/** `side` x `side` values as the upper left of zeros. */
function inCorner(values: Float32Array, side: number, height: number, width: number): Float32Array {
  const out = new Float32Array(height * width);
  for (let y = 0; y < side; y++) out.set(values.subarray(y * side, (y + 1) * side), y * width);
  return out;
}

/** Five tiles to a side, of poles with signs of their own in each colour, of length 1 together. */
function tiles(drawn: Draws, { height, width, channels }: Size): Float32Array {
  const side = Math.max(1, Math.floor(height / 5));
  const border = Math.max(0, Math.floor((height - 5 * side) / 2));
  const pattern = poles(side);
  const out = new Float32Array(height * width * channels);
  for (let tile = 0; tile < Math.floor(height / side); tile++)
    for (let next = 0; next < Math.floor(width / side); next++) {
      const turned = drawn.boolean(0.5);
      const signs = Array.from({ length: channels }, () => sign(drawn));
      for (let y = 0; y < side; y++)
        for (let x = 0; x < side; x++) {
          const [row, column] = [border + tile * side + y, border + next * side + x];
          if (row >= height || column >= width) continue;
          // `!`: a place of the pattern.
          const value = turned ? pattern[x * side + y]! : pattern[y * side + x]!;
          signs.forEach((one, c) => (out[(row * width + column) * channels + c] = one * value));
        }
    }
  const length = Math.sqrt(out.reduce((sum, value) => sum + value * value, 0));
  return out.map((value) => value / (length + LEAST));
}

/** A pole above and its opposite below, `side` x `side`, of length 1: each falls off as one over the square of the distance. */
export function poles(side: number): Float32Array {
  const half = Math.floor(side / 2);
  return Float32Array.from(ofLength1([...pole(half, side), ...pole(side - half, side).map((value) => -value)]));
}

/** Rectangles within each other, from the middle on, of length 1. */
function pole(height: number, width: number): number[] {
  const [y0, x0] = [Math.floor(height / 2), Math.floor(width / 2)];
  const values = Array.from({ length: height * width }, (_, i) => {
    const away = Math.max(Math.abs(Math.floor(i / width) - y0), Math.abs((i % width) - x0));
    // Those that reach so far.
    let sum = 0;
    for (let ring = away; ring < Math.max(y0, x0) + 1; ring++) sum += 1 / (ring + 1) ** 2;
    return sum;
  });
  return ofLength1(values);
}

function ofLength1(values: readonly number[]): number[] {
  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return values.map((value) => value / length);
}
