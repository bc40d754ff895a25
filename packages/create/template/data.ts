import { imageSet, type DataSet } from '@spatial-ensemble/datasets';
import { draws, key, type Draws } from '@spatial-ensemble/random';

const SIDE = 24;
const PER_CLASS = { train: 250, test: 250 };

/** Whether a point lies in a shape; its centre is 0, and 1 is half its width. */
const SHAPES: Readonly<Record<string, (x: number, y: number) => boolean>> = {
  disc: (x, y) => x * x + y * y < 1,
  ring: (x, y) => x * x + y * y < 1 && x * x + y * y > 0.3,
  square: (x, y) => Math.max(Math.abs(x), Math.abs(y)) < 0.9,
  triangle: (x, y) => y < 0.9 && Math.abs(x) < (y + 1) / 2,
  cross: (x, y) => Math.min(Math.abs(x), Math.abs(y)) < 0.3 && Math.max(Math.abs(x), Math.abs(y)) < 1,
};
const CLASSES = Object.keys(SHAPES);

/**
 * Drawn shapes: grey images of 24 × 24 pixels, of five classes. Images of your own come in the same way, from wherever
 * you have them; for folders of image files and tables of them, `folder` and `manifest` of `@spatial-ensemble/datasets`
 * are there already.
 */
export const shapes: DataSet<Record<never, never>> = {
  name: 'shapes',
  title: 'Drawn shapes',
  options: {},
  known: () => ({ height: SIDE, width: SIDE, channels: 1, classes: CLASSES.length, perClass: PER_CLASS.train }),
  async load(_, { split }) {
    const count = PER_CLASS[split] * CLASSES.length;
    const labels = Int32Array.from({ length: count }, (_, i) => i % CLASSES.length);
    const images = new Uint8Array(count * SIDE * SIDE);
    labels.forEach((label, i) =>
      images.set(picture(CLASSES[label]!, draws(key('shapes').fold(split).fold(i))), i * SIDE * SIDE),
    );
    const size = { height: SIDE, width: SIDE, channels: 1 } as const;
    return imageSet({ name: 'shapes', title: 'Drawn shapes', split, ...size, classes: CLASSES, images, labels });
  },
};

/** One image: a shape of any size and place, slanted, on a darker ground, with noise. */
function picture(shape: string, own: Draws): Uint8Array {
  const between = (low: number, high: number): number => low + (high - low) * own.uniform();
  const radius = between(5, 10);
  const [left, top] = [between(radius, SIDE - radius), between(radius, SIDE - radius)];
  const [slant, stretch] = [between(-0.5, 0.5), between(0.8, 1.25)];
  const [paper, ink] = [between(0, 110), between(130, 255)];
  return Uint8Array.from({ length: SIDE * SIDE }, (_, i) => {
    const y = (Math.floor(i / SIDE) + 0.5 - top) / radius;
    const x = (((i % SIDE) + 0.5 - left) / radius) * stretch + slant * y;
    const value = (SHAPES[shape]!(x, y) ? ink : paper) + between(-30, 30);
    return Math.round(Math.min(255, Math.max(0, value)));
  });
}
