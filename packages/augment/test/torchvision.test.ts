import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { drawCrop } from '../src/operations/random-resized-crop.ts';
import { boxRadius } from '../src/pixels/box-blur.ts';
import { applyTransforms, type Transform } from '../src/index.ts';
import { readReference, resultOf, scripted, worst } from './reference/read.ts';

const reference = readReference<{
  everyColour: { transform: Transform; sha256: string }[];
  crops: { image: [height: number, width: number]; scale: [number, number]; numbers: number[]; window: number[] }[];
}>('torchvision');

describe('the same bytes as torchvision on Pillow', () => {
  test('the reference is complete', () => {
    expect(new Set(reference.cases.flatMap(({ transforms = [] }) => transforms.map(({ op }) => op)))).toEqual(
      new Set([
        'crop-resize',
        'flip',
        'brightness',
        'contrast',
        'color',
        'hue',
        'grayscale',
        'gaussian-blur',
        'solarize',
      ]),
    );
  });

  test('every byte', () => {
    const different = reference.cases.flatMap((described) => {
      const distance = worst(resultOf(described), described.expected);
      return distance === 0 ? [] : [`${JSON.stringify(described.transforms ?? described.steps)}: off by ${distance}`];
    });
    expect(different).toEqual([]);
  });

  test('colours: hue, saturation and grayscale of every second level of each channel', () => {
    const image = Uint8Array.from({ length: 3 * 128 ** 3 }, (_, i) => {
      const pixel = Math.floor(i / 3);
      return 2 * ((pixel >> (14 - 7 * (i % 3))) & 127);
    });
    const shape = { height: 1024, width: 2048, channels: 3 };
    for (const { transform, sha256 } of reference.everyColour) {
      const got = createHash('sha256')
        .update(applyTransforms(image, shape, [transform]))
        .digest('hex');
      expect(got, JSON.stringify(transform)).toBe(sha256);
    }
  });

  test('crops lie where RandomResizedCrop puts them', () => {
    for (const { image, scale, numbers, window } of reference.crops) {
      const step = { op: 'random-resized-crop', size: 8, ratio: [3 / 4, 4 / 3], interpolation: 'bilinear' } as const;
      const [height, width] = image;
      const left = [...numbers];
      const crop = drawCrop({ ...step, scale, style: 'torchvision' }, { height, width }, scripted(left));
      expect([crop.top, crop.left, crop.height, crop.width]).toEqual(window);
      expect(left).toEqual([]);
    }
    expect(reference.crops.some(({ numbers }) => numbers.length === 20)).toBe(true);
  });

  test('radii of the box blur', () => {
    const radii = [0.1, 0.5, 1, 1.5, 2].map(boxRadius);
    [0.0017, 0.0455, 0.25, 1.0385, 1.375].forEach((radius, i) => expect(radii[i]).toBeCloseTo(radius, 4));
  });
});
