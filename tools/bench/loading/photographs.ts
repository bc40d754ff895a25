import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { draws, key } from '@spatial-ensemble/random';
import sharp from 'sharp';

/** JPEG files in the folder `val` of a folder, and how to remove it. */
export interface Photographs {
  readonly folder: string;
  remove(): Promise<void>;
}

const COUNT = 32;
const HEIGHT = 375;
const WIDTH = 500;

/**
 * The files that both sides load: those in `val` of the directory that `SPATIAL_ENSEMBLE_IMAGENET` names, or 32 made
 * ones of ImageNet's usual size, 500 x 375 pixels and about 60 kB each: clouds with details down to single pixels,
 * since a decoder's time follows the details.
 */
export async function photographs(): Promise<Photographs> {
  const given = process.env['SPATIAL_ENSEMBLE_IMAGENET'];
  if (given !== undefined && given !== '') return { folder: given, remove: async () => undefined };
  const folder = await mkdtemp(join(tmpdir(), 'spatial-ensemble-jpegs-'));
  const places = join(folder, 'val', 'clouds');
  await mkdir(places, { recursive: true });
  for (let n = 0; n < COUNT; n++) {
    const jpeg = await sharp(clouds(n), { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
      .jpeg({ quality: 90, chromaSubsampling: '4:2:0' })
      .toBuffer();
    await writeFile(join(places, `${n}.JPEG`), jpeg);
  }
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Noise at three scales, the finer the weaker: `[HEIGHT, WIDTH, 3]`. */
function clouds(n: number): Uint8Array {
  const values = new Float32Array(HEIGHT * WIDTH * 3).fill(128);
  const random = draws(key(n));
  for (const [scale, strength] of [
    [80, 150],
    [9, 60],
    [1, 110],
  ] as const) {
    const rows = Math.ceil(HEIGHT / scale) + 1;
    const columns = Math.ceil(WIDTH / scale) + 1;
    const lattice = Float32Array.from({ length: rows * columns * 3 }, () => strength * (random.uniform() - 0.5));
    for (let y = 0, i = 0; y < HEIGHT; y++) {
      const top = Math.floor(y / scale);
      const down = y / scale - top;
      for (let x = 0; x < WIDTH; x++) {
        const left = Math.floor(x / scale);
        const right = x / scale - left;
        for (let c = 0; c < 3; c++, i++) {
          const at = (top * columns + left) * 3 + c;
          const below = at + columns * 3;
          const above = lattice[at]! * (1 - right) + lattice[at + 3]! * right;
          values[i]! += above * (1 - down) + (lattice[below]! * (1 - right) + lattice[below + 3]! * right) * down;
        }
      }
    }
  }
  return Uint8Array.from(values, (value) => Math.max(0, Math.min(255, Math.round(value))));
}
