import { room, type Canvas } from './canvas.ts';

/**
 * Turns the hue as torchvision does on Pillow images (0.28.0, torchvision/transforms/_functional_pil.py,
 * `adjust_hue`): through Pillow's HSV in bytes (src/libImaging/Convert.c, `rgb2hsv_row` and `hsv2rgb`), whose hue is
 * turned modulo 256. Grey images stay as they are.
 *
 * @param by share of a full turn, -0.5 to 0.5
 */
export function hue(canvas: Canvas, by: number): void {
  if (canvas.channels === 1) return;
  const at = putTables(canvas);
  const { pixels, arena } = canvas;
  arena.kernels.turnHue(
    pixels.byteOffset,
    pixels.length / 3,
    Math.trunc(by * 255) & 255,
    at,
    at + SATURATIONS,
    at + SECTORS,
    at + RESTS,
  );
}

// Where the tables lie, in bytes: the hue byte by place, distance of the middle channel from the largest, and range;
// the saturation byte by largest value and range; by hue byte the sixth of the circle, and how far into it (float32).
const SATURATIONS = 6 << 16;
const SECTORS = SATURATIONS + (1 << 16);
const RESTS = SECTORS + 256;
const SIZE = RESTS + 4 * 256;

let tables: Uint8Array | undefined;

/** Puts the tables where the kernel can read them, once for a canvas; returns their address. */
function putTables(canvas: Canvas): number {
  const present = canvas.arena.regions.has('hues');
  const at = room(canvas, 'hues', SIZE);
  if (!present) new Uint8Array(canvas.arena.memory.buffer, at, SIZE).set((tables ??= makeTables()));
  return at;
}

function makeTables(): Uint8Array {
  const all = new Uint8Array(SIZE);
  const rests = new Float32Array(all.buffer, RESTS, 256);
  for (let range = 1; range < 256; range++) {
    for (let most = range; most < 256; most++)
      all[SATURATIONS + ((most << 8) | range)] = Math.trunc(Math.fround(range / most) * 255);
    for (let distance = 0; distance <= range; distance++) {
      const share = Math.fround(distance / range);
      for (const [place, hueAt] of PLACES.entries()) {
        const turns = Math.fround((Math.fround(hueAt(share)) / 6 + 1) % 1);
        all[(place << 16) | (distance << 8) | range] = Math.trunc(turns * 255);
      }
    }
  }
  for (let hueByte = 0; hueByte < 256; hueByte++) {
    const sixths = (hueByte * 6) / 255;
    all[SECTORS + hueByte] = Math.floor(sixths) % 6;
    rests[hueByte] = sixths - Math.floor(sixths);
  }
  return all;
}

/**
 * Where the hue begins in each of the six places, in sixths of the circle, and which way it goes. A place is told by
 * the channel that is the largest and the one that is the smallest: red and green, red and blue, green and blue, green
 * and red, blue and red, blue and green.
 */
const PLACES = [
  (share: number): number => Math.fround(share - 1),
  (share: number): number => Math.fround(1 - share),
  (share: number): number => 2 + share - 1,
  (share: number): number => 2 + 1 - share,
  (share: number): number => 4 + share - 1,
  (share: number): number => 4 + 1 - share,
] as const;
