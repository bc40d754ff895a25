import { hostScalar } from '@spatial-ensemble/engine';
import * as tf from '@tensorflow/tfjs-core';
import { norms } from './norms.ts';
import { inSquare, sign, type Squares } from './squares.ts';

/**
 * Within L∞ (Andriushchenko et al. 2020, algorithm 2): it begins with stripes of ±ε; each step moves a square by ±2 ε, back
 * into the ball.
 */
export const squaresInLinf: Squares = {
  first(drawn, { height, width, channels }) {
    const stripes = Float32Array.from({ length: width * channels }, () => sign(drawn));
    return Float32Array.from({ length: height * width * channels }, (_, i) => stripes[i % stripes.length]!);
  },
  drawn(each, share, { height, width, channels }) {
    const side = Math.min(height, width, Math.max(1, Math.round(Math.sqrt(share * height * width))));
    const [top, left] = [new Float32Array(each.length), new Float32Array(each.length)];
    const signs = new Float32Array(each.length * channels);
    each.forEach((drawn, i) => {
      top[i] = drawn.int(Math.max(1, height - side));
      left[i] = drawn.int(Math.max(1, width - side));
      for (let c = 0; c < channels; c++) signs[i * channels + c] = sign(drawn);
    });
    const shape = [each.length];
    return {
      side: hostScalar(side),
      top: { data: top, shape },
      left: { data: left, shape },
      signs: { data: signs, shape: [each.length, channels] },
    };
  },
  tried(found, images, { epsilon, top, left, side, signs }) {
    // `!`: `drawn` gives them.
    const mask = inSquare(images.shape, top!, left!, side!);
    const moved = tf.mul(mask, tf.mul(tf.mul(2, epsilon), tf.reshape(signs!, [-1, 1, 1, images.shape[3]])));
    return norms.linf.project(tf.add(found, moved), images, epsilon);
  },
};
