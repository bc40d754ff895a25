import type { Decoded } from './decoded.ts';

// Conversions to RGB in Pillow's arithmetic (13.0.0), which is not the decoder's. `]!`: loops run over the pixels that
// there are.

/** From CMYK in which 255 is full ink (src/libImaging/Convert.c, `cmyk2rgb`); it knows no profile of inks. */
export function rgbOfCmyk({ data, shape }: Decoded): Decoded {
  const rgb = new Uint8Array((data.length / 4) * 3);
  for (let from = 0, to = 0; from < data.length; from += 4, to += 3) {
    const light = 255 - data[from + 3]!;
    for (let c = 0; c < 3; c++) rgb[to + c] = light - byShare(data[from + c]!, light);
  }
  return { data: rgb, shape: { ...shape, channels: 3 } };
}

/** a b / 255, rounded, as Pillow's macro `MULDIV255`. */
function byShare(a: number, b: number): number {
  const product = a * b + 128;
  return ((product >> 8) + product) >> 8;
}

/** From RGBA whose colours were multiplied by alpha (src/libImaging/Unpack.c, `unpackRGBa`). */
export function rgbOfPremultiplied({ data, shape }: Decoded): Decoded {
  const rgb = new Uint8Array((data.length / 4) * 3);
  for (let from = 0, to = 0; from < data.length; from += 4, to += 3) {
    const alpha = data[from + 3]!;
    if (alpha > 0) for (let c = 0; c < 3; c++) rgb[to + c] = Math.min(255, Math.trunc((data[from + c]! * 255) / alpha));
  }
  return { data: rgb, shape: { ...shape, channels: 3 } };
}

/** From the first channel of 16-bit numbers: Pillow cuts grey to 255 instead of scaling it, and so does torchvision. */
export function rgbOfGrey16({ data, shape }: Decoded): Decoded {
  const grey = new Uint16Array(data.buffer, data.byteOffset, data.length / 2);
  const { channels } = shape;
  const rgb = new Uint8Array((grey.length / channels) * 3);
  for (let from = 0, to = 0; from < grey.length; from += channels, to += 3)
    rgb.fill(Math.min(grey[from]!, 255), to, to + 3);
  return { data: rgb, shape: { ...shape, channels: 3 } };
}
