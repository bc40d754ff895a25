import type { Sides } from '../shapes.ts';
import { room, swapReshaped, type Canvas } from './canvas.ts';
import { pillowTaps, putTaps, type Interpolation } from './taps.ts';

/**
 * `image.resize(to)` of Pillow 13.0.0, with antialiasing: along rows and along columns, rounded to bytes between
 * (src/libImaging/Resample.c, `ImagingResampleInner`).
 */
export function resample(canvas: Canvas, to: Sides, interpolation: Interpolation): void {
  const { height, width, channels } = canvas;
  const { kernels } = canvas.arena;
  const [columns, rows] = putTaps(canvas, [
    pillowTaps(width, to.width, interpolation),
    pillowTaps(height, to.height, interpolation),
  ]);
  const alongRows = channels === 3 ? kernels.resampleRows : kernels.resampleGreyRows;
  const out = room(canvas, 'spare', to.height * to.width * channels);
  if (columnsFirst(canvas, to)) {
    const between = room(canvas, 'between', to.height * width * channels);
    kernels.resampleColumns(between, canvas.pixels.byteOffset, width * channels, to.height, ...rows);
    alongRows(out, between, to.height, width, to.width, ...columns);
  } else {
    const between = room(canvas, 'between', height * to.width * channels);
    alongRows(between, canvas.pixels.byteOffset, height, width, to.width, ...columns);
    kernels.resampleColumns(out, between, to.width * channels, to.height, ...rows);
  }
  swapReshaped(canvas, { ...to, channels });
}

/** Pillow 13 begins with the columns when the height loses more than twice what the width does. */
function columnsFirst(from: Sides, to: Sides): boolean {
  const lost = from.height - to.height;
  return lost > 0 && lost > 2 * (from.width - to.width);
}
