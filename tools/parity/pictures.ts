import type { HostTensor } from '@spatial-ensemble/engine';
import { key, uniform } from '@spatial-ensemble/random';

/**
 * Bytes `[n, size, size, 3]` by name: a grid of 4×4 random colours, enlarged smoothly, with a tenth of noise, so that
 * images differ as a whole and not in single pixels alone.
 */
export function images(n: number, size: number, name: string): HostTensor {
  const of = key(11).fold('pictures').fold(name);
  const [grid, noise] = [uniform(of.fold('grid'), n * 4 * 4 * 3), uniform(of.fold('noise'), n * size * size * 3)];
  const data = new Uint8Array(n * size * size * 3);
  // `!`: `whereabouts` gives cells 0 to 2, and the next is at most 3.
  const colour = (image: number, row: number, column: number, channel: number): number =>
    grid[((image * 4 + row) * 4 + column) * 3 + channel]!;
  let at = 0;
  for (let image = 0; image < n; image++) {
    for (let y = 0; y < size; y++) {
      const [row, down] = whereabouts(y, size);
      for (let x = 0; x < size; x++) {
        const [column, right] = whereabouts(x, size);
        for (let channel = 0; channel < 3; channel++, at++) {
          const mix = (share: number, a: number, b: number): number => a + share * (b - a);
          const [above, below] = [row, row + 1].map((r) =>
            mix(right, colour(image, r, column, channel), colour(image, r, column + 1, channel)),
          ) as [number, number];
          // `!`: a number of noise for each byte.
          data[at] = 255 * (0.9 * mix(down, above, below) + 0.1 * noise[at]!);
        }
      }
    }
  }
  return { data, shape: [n, size, size, 3] };
}

/** The cell of the grid and the share of the way to the next, of a pixel. */
function whereabouts(at: number, size: number): [number, number] {
  const place = (3 * at) / size;
  return [Math.floor(place), place % 1];
}

/** Labels 0 … 9 in turn. */
export function labels(n: number): HostTensor {
  return { data: Int32Array.from({ length: n }, (_, i) => (i * 7 + 3) % 10), shape: [n] };
}
