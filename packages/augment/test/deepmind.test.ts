import { describe, expect, test } from 'vitest';
import { drawCrop } from '../src/operations/random-resized-crop.ts';
import { readReference, resultOf, scripted, worst } from './reference/read.ts';

const reference = readReference<{
  crops: { image: [height: number, width: number]; numbers: number[]; window: number[] }[];
}>('deepmind');

describe("DeepMind's BYOL, as TensorFlow computes it", () => {
  test('the reference is complete', () => {
    expect(new Set(reference.cases.flatMap(({ transforms = [] }) => transforms.map(({ op }) => op)))).toEqual(
      new Set([
        'crop-resize',
        'flip',
        'float-brightness',
        'float-contrast',
        'float-saturation',
        'float-hue',
        'float-grayscale',
        'float-blur',
        'solarize',
      ]),
    );
  });

  test('every value, to one grey level', () => {
    const different = reference.cases.flatMap((described) => {
      const distance = worst(resultOf(described), described.expected);
      return distance <= 1 ? [] : [`${JSON.stringify(described.transforms ?? described.steps)}: off by ${distance}`];
    });
    expect(different).toEqual([]);
  });

  test('hardly any value is off at all', () => {
    let values = 0;
    let off = 0;
    for (const described of reference.cases) {
      resultOf(described).forEach((value, i) => (off += value === described.expected[i] ? 0 : 1));
      values += described.expected.length;
    }
    expect(off / values).toBeLessThan(1e-3);
  });

  test('crops lie where the code puts them', () => {
    for (const { image, numbers, window } of reference.crops) {
      const step = { op: 'random-resized-crop', size: 8, ratio: [3 / 4, 4 / 3], interpolation: 'bicubic' } as const;
      const [height, width] = image;
      const crop = drawCrop(
        { ...step, scale: [0.08, 1], style: 'deepmind' },
        { height, width },
        scripted([...numbers]),
      );
      expect([crop.top, crop.left, crop.height, crop.width]).toEqual(window);
    }
  });
});
