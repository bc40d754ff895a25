import type { Canvas } from './canvas.ts';

/**
 * Turns the hue as torchvision does on Pillow images (0.28.0, torchvision/transforms/_functional_pil.py,
 * `adjust_hue`): through Pillow's HSV in bytes (src/libImaging/Convert.c, `rgb2hsv_row` and `hsv2rgb`), whose hue is
 * turned modulo 256. Grey images stay as they are.
 *
 * @param by share of a full turn, -0.5 to 0.5
 */
export function hue(canvas: Canvas, by: number): void {
  if (canvas.channels === 1) return;
  const { pixels } = canvas;
  const turn = Math.trunc(by * 255) & 255;
  const { hues, saturations } = (tables ??= makeTables());
  for (let i = 0; i < pixels.length; i += 3) {
    const red = pixels[i]!;
    const green = pixels[i + 1]!;
    const blue = pixels[i + 2]!;
    const most = red > green ? (red > blue ? red : blue) : green > blue ? green : blue;
    const least = red < green ? (red < blue ? red : blue) : green < blue ? green : blue;
    const range = most - least;
    const saturation = range === 0 ? 0 : saturations[(most << 8) | range]!;
    if (saturation === 0) {
      pixels[i] = pixels[i + 1] = pixels[i + 2] = most;
      continue;
    }
    // Which channel is the largest, and which the smallest, says where on the circle the hue is.
    const place =
      red === most
        ? green === least
          ? 0 | (most - blue)
          : 0x100 | (most - green)
        : green === most
          ? blue === least
            ? 0x200 | (most - red)
            : 0x300 | (most - blue)
          : red === least
            ? 0x400 | (most - green)
            : 0x500 | (most - red);
    const hueByte = (hues[(place << 8) | range]! + turn) & 255;
    const sector = SECTORS[hueByte]!;
    const share = SHARES[saturation]!;
    const low = (most * (1 - share) + 0.5) | 0;
    const rest = RESTS[hueByte]!;
    // In the even sectors a channel rises, in the odd ones it falls.
    const middle = (most * (1 - ((sector & 1) === 0 ? share * (1 - rest) : Math.fround(share * rest))) + 0.5) | 0;
    switch (sector) {
      case 0:
        pixels[i] = most;
        pixels[i + 1] = middle;
        pixels[i + 2] = low;
        break;
      case 1:
        pixels[i] = middle;
        pixels[i + 1] = most;
        pixels[i + 2] = low;
        break;
      case 2:
        pixels[i] = low;
        pixels[i + 1] = most;
        pixels[i + 2] = middle;
        break;
      case 3:
        pixels[i] = low;
        pixels[i + 1] = middle;
        pixels[i + 2] = most;
        break;
      case 4:
        pixels[i] = middle;
        pixels[i + 1] = low;
        pixels[i + 2] = most;
        break;
      default:
        pixels[i] = most;
        pixels[i + 1] = low;
        pixels[i + 2] = middle;
    }
  }
}

/** By hue byte: the sixth of the circle, 0 to 5, and how far into it, a float32 in [0, 1). */
const SECTORS = Uint8Array.from({ length: 256 }, (_, hueByte) => Math.floor((hueByte * 6) / 255) % 6);
const RESTS = Float32Array.from({ length: 256 }, (_, hueByte) => (hueByte * 6) / 255 - Math.floor((hueByte * 6) / 255));
/** By saturation byte: the share in float32. */
const SHARES = Float32Array.from({ length: 256 }, (_, saturation) => saturation / 255);

interface Tables {
  /** The hue byte by place, distance of the middle channel from the largest, and range. */
  readonly hues: Uint8Array;
  /** The saturation byte by largest value and range. */
  readonly saturations: Uint8Array;
}

let tables: Tables | undefined;

/** Where the hue begins in each of the six places, in sixths of the circle, and which way it goes. */
const PLACES = [
  (share: number): number => Math.fround(share - 1),
  (share: number): number => Math.fround(1 - share),
  (share: number): number => 2 + share - 1,
  (share: number): number => 2 + 1 - share,
  (share: number): number => 4 + share - 1,
  (share: number): number => 4 + 1 - share,
] as const;

function makeTables(): Tables {
  const hues = new Uint8Array(6 << 16);
  const saturations = new Uint8Array(1 << 16);
  for (let range = 1; range < 256; range++) {
    for (let most = range; most < 256; most++)
      saturations[(most << 8) | range] = Math.trunc(Math.fround(range / most) * 255);
    for (let distance = 0; distance <= range; distance++) {
      const share = Math.fround(distance / range);
      PLACES.forEach((sixths, place) => {
        const turns = Math.fround((Math.fround(sixths(share)) / 6 + 1) % 1);
        hues[(place << 16) | (distance << 8) | range] = Math.trunc(turns * 255);
      });
    }
  }
  return { hues, saturations };
}
