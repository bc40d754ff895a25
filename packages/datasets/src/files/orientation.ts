import type { Decoded } from './decoded.ts';

/**
 * Turns an image as EXIF's or TIFF's orientation says (1 to 8): 2 and 4 are mirrored left to right and top to bottom, 3
 * is turned by 180 degrees, 6 and 8 by 90 clockwise and against it; 5 and 7 are mirrored about a diagonal.
 *
 * `]!`: the loop runs over the pixels that there are.
 */
export function turned({ data, shape }: Decoded, orientation: number): Decoded {
  if (!Number.isInteger(orientation) || orientation < 2 || orientation > 8) return { data, shape };
  const { height, width, channels } = shape;
  const isAcross = orientation >= 5;
  const [tall, wide] = isAcross ? [width, height] : [height, width];
  const fromRight = [2, 3, 7, 8].includes(orientation);
  const fromBottom = [3, 4, 6, 7].includes(orientation);
  const out = new Uint8Array(data.length);
  let to = 0;
  for (let y = 0; y < tall; y++)
    for (let x = 0; x < wide; x++) {
      const [row, column] = isAcross ? [x, y] : [y, x];
      const from = (fromBottom ? height - 1 - row : row) * width + (fromRight ? width - 1 - column : column);
      for (let c = 0; c < channels; c++) out[to++] = data[from * channels + c]!;
    }
  return { data: out, shape: { height: tall, width: wide, channels } };
}
