import { draws, key } from '@spatial-ensemble/random';
import { describe, expect, test } from 'vitest';
import {
  applyTransforms,
  checkAugment,
  drawTransforms,
  outputShape,
  type AugmentSpec,
  type Transform,
} from '../src/index.ts';

const GREY = { height: 28, width: 28, channels: 1 };
const COLOUR = { height: 4, width: 5, channels: 3 };
const weak: AugmentSpec = [
  { op: 'flip', p: 0.5 },
  { op: 'shift', max: 4, mode: 'reflect' },
];
const strong: AugmentSpec = [...weak, { op: 'randaugment', variant: 'fm-code' }, { op: 'cutout', size: 14 }];

const ramp = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i);
const drawMany = (spec: AugmentSpec, n: number, shape = GREY): readonly (readonly Transform[])[] =>
  Array.from({ length: n }, (_, i) => drawTransforms(spec, shape, draws(key(i))));

describe('transforms', () => {
  test('a flip mirrors each row, all channels of a pixel together', () => {
    const flipped = applyTransforms(ramp(60), COLOUR, [{ op: 'flip' }]);
    expect([...flipped.subarray(0, 15)]).toEqual([12, 13, 14, 9, 10, 11, 6, 7, 8, 3, 4, 5, 0, 1, 2]);
    expect(applyTransforms(flipped, COLOUR, [{ op: 'flip' }])).toEqual(ramp(60));
  });

  test('a shift mirrors without repeating the border', () => {
    const row = { height: 1, width: 5, channels: 1 };
    const shifted = (x: number) => [...applyTransforms(ramp(5), row, [{ op: 'shift', x, y: 0 }])];
    expect(shifted(0)).toEqual([0, 1, 2, 3, 4]);
    expect(shifted(2)).toEqual([2, 3, 4, 3, 2]);
    expect(shifted(-2)).toEqual([2, 1, 0, 1, 2]);
    expect(shifted(4)).toEqual([4, 3, 2, 1, 0]);
  });

  test('a rectangle is cut off at the borders, and has a level a channel', () => {
    const painted = applyTransforms(new Uint8Array(60), COLOUR, [
      { op: 'fill-rectangle', top: -3, left: 3, bottom: 1, right: 9, fill: [1, 2, 3] },
    ]);
    expect([...painted.subarray(0, 15)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 1, 2, 3]);
    expect(painted.subarray(15).every((value) => value === 0)).toBe(true);
  });

  test('the image itself stays as it is, and has to have its size', () => {
    const image = ramp(60);
    applyTransforms(image, COLOUR, [{ op: 'flip' }, { op: 'solarize', threshold: 0 }]);
    expect(image).toEqual(ramp(60));
    expect(() => applyTransforms(ramp(59), COLOUR, [])).toThrow('has 60 bytes, got 59');
  });

  test('uncovered corners are grey, or black once an operation dropped the alpha channel', () => {
    const white = new Uint8Array(28 * 28).fill(255);
    const right = (...after: Transform[]) =>
      applyTransforms(white, GREY, [{ op: 'translate-x', by: 7 }, ...after, { op: 'fill-uncovered', fill: 127 }])[27];
    expect(right()).toBe(127);
    expect(right({ op: 'brightness', factor: 0.5 })).toBe(127);
    expect(right({ op: 'flip' }, { op: 'flip' })).toBe(127);
    expect(right({ op: 'posterize', bits: 4 })).toBe(0);
    expect(right({ op: 'solarize', threshold: 100 })).toBe(0);
    expect(right({ op: 'auto-contrast' }, { op: 'translate-x', by: 1 })).toBe(127);
  });
});

describe('draws', () => {
  test('weak: half are flipped, and each of the 9 x 9 places comes up', () => {
    const drawn = drawMany(weak, 4050);
    const flips = drawn.filter((transforms) => transforms[0]!.op === 'flip').length;
    expect(Math.abs(flips - 2025)).toBeLessThan(5 * Math.sqrt(4050 / 4));
    const places = new Map<string, number>();
    for (const transforms of drawn) {
      const last = transforms.at(-1)!;
      if (last.op === 'shift') places.set(`${last.x} ${last.y}`, (places.get(`${last.x} ${last.y}`) ?? 0) + 1);
    }
    expect(places.size).toBe(81);
    // Mean 50 a place, deviation 7.
    expect(Math.max(...places.values())).toBeLessThan(90);
    expect(
      [...places.keys()].flatMap((place) => place.split(' ').map(Number)).every((distance) => Math.abs(distance) <= 4),
    ).toBe(true);
  });

  test('fm-code: each of two operations fires half the time', () => {
    const drawn = drawMany([{ op: 'randaugment', variant: 'fm-code' }], 2000);
    const fired = drawn.flat().filter(({ op }) => op !== 'fill-uncovered');
    // Identity is one of the 14, and leaves nothing to apply.
    const mean = (4000 * 0.5 * 13) / 14;
    expect(Math.abs(fired.length - mean)).toBeLessThan(5 * Math.sqrt(4000 / 4));
    expect(new Set(fired.map(({ op }) => op)).size).toBe(13);
    const degrees = new Set(fired.flatMap((transform) => (transform.op === 'rotate' ? [transform.degrees] : [])));
    expect([...degrees].sort((a, b) => a - b)).toEqual([
      ...Array.from({ length: 9 }, (_, i) => 3 * (i - 9)),
      ...Array.from({ length: 9 }, (_, i) => 3 * (i + 1)),
    ]);
    const pixels = new Set(
      fired.flatMap((transform) => (transform.op === 'translate-x' ? [Math.abs(transform.by)] : [])),
    );
    expect([...pixels].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test('paper-range: three operations, always, none of which brightens', () => {
    const drawn = drawMany([{ op: 'randaugment', variant: 'paper-range' }], 2000).flat();
    expect(Math.abs(drawn.length - (6000 * 13) / 14)).toBeLessThan(5 * Math.sqrt((6000 * 13) / 14 ** 2));
    for (const transform of drawn) {
      if ('factor' in transform) expect(transform.factor).toSatisfy((f: number) => f >= 0.05 && f <= 0.95);
      if (transform.op === 'posterize') expect([4, 5, 6, 7]).toContain(transform.bits);
      if (transform.op === 'translate-y') expect(Math.abs(transform.by)).toBeLessThanOrEqual(0.3 * 28);
    }
  });

  test('Cutout covers a quarter of its square at least, the whole of it at most', () => {
    const areas = drawMany([{ op: 'cutout', size: 14 }], 500).map(
      (transforms) => applyTransforms(new Uint8Array(784), GREY, transforms).filter((value) => value === 127).length,
    );
    expect(Math.min(...areas)).toBeGreaterThanOrEqual(49);
    expect(Math.max(...areas)).toBe(196);
    const shares = drawMany([{ op: 'cutout', fraction: [0, 0.5], fill: 9 }], 500).map(([transform]) =>
      transform!.op === 'fill-rectangle' ? transform!.right - transform!.left : NaN,
    );
    expect([Math.min(...shares), Math.max(...shares)]).toEqual([0, 13]);
  });

  test('the same key draws the same, and drawing is apart from applying', () => {
    expect(drawMany(strong, 20)).toEqual(drawMany(strong, 20));
    expect(JSON.parse(JSON.stringify(drawMany(strong, 20)))).toEqual(drawMany(strong, 20));
  });
});

const PHOTO = { height: 375, width: 500, channels: 3 };
const jitter = { op: 'color-jitter', p: 1, brightness: 0.4, contrast: 0.4, saturation: 0.2, hue: 0.1 } as const;
const crop = {
  op: 'random-resized-crop',
  size: 224,
  scale: [0.08, 1],
  ratio: [3 / 4, 4 / 3],
  interpolation: 'bicubic',
} as const;

describe('draws of two views', () => {
  test.each(['torchvision', 'deepmind'] as const)(
    '%s: crops lie inside, with the areas and aspects asked for',
    (style) => {
      const areas: number[] = [];
      for (const [transform] of drawMany([{ ...crop, style }], 2000, PHOTO)) {
        if (transform!.op !== 'crop-resize') throw new Error(transform!.op);
        const { top, left, height, width } = transform!.from;
        expect(top >= 0 && left >= 0 && top + height <= 375 && left + width <= 500).toBe(true);
        expect(transform!).toMatchObject({ to: { height: 224, width: 224 }, style });
        areas.push((height * width) / (375 * 500));
        if (style === 'torchvision')
          expect(width / height).toSatisfy((aspect: number) => aspect > 0.74 && aspect < 1.35);
      }
      expect(Math.min(...areas)).toBeGreaterThan(0.079);
      expect(Math.max(...areas)).toBeLessThanOrEqual(1);
      // Without rejection and cutting the mean would be 0.54; large rectangles are the ones that do not fit.
      expect(areas.reduce((sum, area) => sum + area) / 2000).toBeGreaterThan(0.42);
    },
  );

  test('jitter: each of the 24 orders, and every strength in its range', () => {
    const orders = new Map<string, number>();
    for (const transforms of drawMany([{ ...jitter, style: 'torchvision' }], 2400, PHOTO)) {
      const order = transforms.map(({ op }) => op).join(' ');
      orders.set(order, (orders.get(order) ?? 0) + 1);
      for (const t of transforms) {
        if (t.op === 'brightness' || t.op === 'contrast') expect(Math.abs(t.factor - 1)).toBeLessThanOrEqual(0.4);
        if (t.op === 'color') expect(Math.abs(t.factor - 1)).toBeLessThanOrEqual(0.2);
        if (t.op === 'hue') expect(Math.abs(t.by)).toBeLessThanOrEqual(0.1);
      }
    }
    expect(orders.size).toBe(24);
    // Mean 100 an order, deviation 10.
    expect(Math.max(...orders.values())).toBeLessThan(150);
    const [first] = drawMany([{ ...jitter, contrast: 0, hue: 0, style: 'deepmind' }], 1, PHOTO);
    expect(first!.map(({ op }) => op).sort()).toEqual(['float-brightness', 'float-saturation']);
    const strong = drawMany([{ ...jitter, brightness: 3, style: 'torchvision' }], 200, PHOTO).flat();
    expect(strong.every((t) => t.op !== 'brightness' || t.factor >= 0)).toBe(true);
  });

  test('each happens with its probability', () => {
    const steps: AugmentSpec = [
      { ...jitter, p: 0.8, style: 'torchvision' },
      { op: 'gaussian-blur', p: 0.1, sigma: [0.1, 2], style: 'torchvision' },
      { op: 'grayscale', p: 0.2, style: 'torchvision' },
      { op: 'solarize', p: 0.5, threshold: 128 },
    ];
    const drawn = drawMany(steps, 2000, PHOTO);
    const rate = (op: Transform['op']): number => drawn.flat().filter((t) => t.op === op).length / 2000;
    for (const [op, p] of [
      ['hue', 0.8],
      ['gaussian-blur', 0.1],
      ['grayscale', 0.2],
      ['solarize', 0.5],
    ] as const)
      expect(Math.abs(rate(op) - p), op).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / 2000));
  });

  test("DeepMind's kernel follows the image's height: 23 taps at 224 pixels, 3 at 32", () => {
    const blur = { op: 'gaussian-blur', p: 1, sigma: [0.1, 2], style: 'deepmind' } as const;
    const radius = (size: number, kernel?: number): number => {
      const step = kernel === undefined ? blur : { ...blur, kernel };
      const transform = drawMany([{ ...crop, size, style: 'deepmind' }, step], 1, PHOTO)[0]![1]!;
      return transform.op === 'float-blur' ? transform.radius : NaN;
    };
    expect([radius(224), radius(32), radius(96), radius(32, 7)]).toEqual([11, 1, 4, 3]);
  });
});

describe('sizes', () => {
  const evaluation: AugmentSpec = [
    { op: 'resize', size: 256, interpolation: 'bilinear' },
    { op: 'center-crop', size: 224 },
  ];

  test('of batches: known for every image, or an error', () => {
    expect(outputShape(evaluation, { channels: 3 })).toEqual({ height: 224, width: 224, channels: 3 });
    expect(outputShape([], GREY)).toEqual(GREY);
    expect(outputShape(evaluation.slice(0, 1), PHOTO)).toEqual({ height: 256, width: 341, channels: 3 });
    expect(() => outputShape(evaluation.slice(0, 1), { channels: 3 })).toThrow('random-resized-crop, center-crop');
    expect(() => checkAugment(weak, { channels: 3 })).toThrow(
      '`max` must be after a step that makes the images one size',
    );
    expect(() => checkAugment([{ ...crop, style: 'deepmind' }, ...weak], { channels: 3 })).not.toThrow();
  });

  test('of single images: whatever they are', () => {
    for (const shape of [PHOTO, { height: 600, width: 256, channels: 3 }, { height: 20, width: 31, channels: 1 }]) {
      const image = new Uint8Array(shape.height * shape.width * shape.channels).fill(99);
      const out = applyTransforms(image, shape, drawTransforms(evaluation, shape, draws(key(1))));
      expect(out.length).toBe(224 * 224 * shape.channels);
      expect(out.every((value) => value === 99)).toBe(true);
    }
  });

  test('a crop that is larger than the image is black beyond it', () => {
    const row = { height: 1, width: 3, channels: 1 };
    const out = applyTransforms(
      ramp(3).fill(9),
      row,
      drawTransforms([{ op: 'center-crop', size: 5 }], row, draws(key(1))),
    );
    expect([...out.subarray(10, 15)]).toEqual([0, 9, 9, 9, 0]);
    expect(out.reduce((sum, value) => sum + value, 0)).toBe(27);
  });
});

describe('checkAugment', () => {
  const problem =
    (...steps: readonly unknown[]) =>
    () =>
      checkAugment(steps, GREY);

  test('FixMatch passes', () => {
    expect(problem(...strong)).not.toThrow();
    expect(() => checkAugment([], GREY)).not.toThrow();
    expect(() => checkAugment([{ op: 'cutout', size: 3, fill: [125, 123, 114] }], COLOUR)).not.toThrow();
  });

  test('what is wrong is named, with what to write instead', () => {
    expect(() => checkAugment('weak', GREY)).toThrow('an augmentation is a list of steps');
    expect(problem({ op: 'flop', p: 1 })).toThrow(
      'step 1, {"op":"flop","p":1}: there is no operation "flop". Did you mean \'flip\'? There are flip, shift, randaugment, cutout, random-resized-crop, color-jitter, grayscale, gaussian-blur, solarize, resize, center-crop, resized-center-crop',
    );
    expect(problem({ op: 'toString' })).toThrow('there is no operation "toString"');
    expect(problem(weak[0], { op: 'flip', p: 50 })).toThrow(
      'step 2, {"op":"flip","p":50}: `p` must be a probability in [0, 1], got 50',
    );
    expect(problem({ op: 'flip' })).toThrow('flip needs `p`');
    expect(problem({ op: 'flip', p: 1, q: 1 })).toThrow("flip has no option `q`. Did you mean 'p'? It has p");
    expect(problem({ op: 'shift', max: 28, mode: 'reflect' })).toThrow('from 0 to 27');
    expect(problem({ op: 'shift', max: 4, mode: 'zero' })).toThrow('`mode` must be \'reflect\', got "zero"');
    expect(problem({ op: 'randaugment', variant: 'mine' })).toThrow("'fm-code' or 'paper-range'");
    expect(problem({ op: 'cutout' })).toThrow('cutout needs either `size` or `fraction`');
    expect(problem({ op: 'cutout', size: 3, fraction: [0, 1] })).toThrow('cutout needs either');
    expect(problem({ op: 'cutout', size: 3, fill: [125, 123, 114] })).toThrow('a grey level from 0 to 255, got');
    expect(problem(3)).toThrow('a step is an object');
    expect(problem({ ...crop, style: 'mine' })).toThrow("`style` must be 'torchvision' or 'deepmind'");
    expect(problem({ ...crop, style: 'deepmind', size: 0 })).toThrow('a whole number of pixels from 2');
    expect(problem({ ...crop, style: 'deepmind', scale: [0, 1] })).toThrow('above 0 and up to 1');
    expect(problem({ ...jitter, style: 'deepmind', hue: 0.6 })).toThrow('a share of a full turn, from 0 to 0.5');
    const blur = { op: 'gaussian-blur', p: 1, sigma: [0.1, 2], style: 'torchvision' };
    expect(problem({ ...blur, kernel: 23 })).toThrow('`kernel` belongs to the style `deepmind`');
    expect(problem({ ...blur, style: 'deepmind', kernel: 22 })).toThrow('an odd number of taps');
    expect(problem({ ...blur, sigma: [2, 1] })).toThrow('[from, to], the smaller first, from 0.01 to 100');
    expect(problem({ op: 'solarize', p: 1, threshold: 300 })).toThrow('a grey level from 0 to 256');
    expect(problem({ op: 'resized-center-crop', size: 8, share: 2, interpolation: 'bicubic' })).toThrow('up to 1');
    expect(problem({ ...crop, style: 'deepmind', scale: [2, 1] })).toThrow(
      '`scale` must be two shares of the area, [from, to], the smaller first, above 0 and up to 1, got [2,1]',
    );
    expect(problem({ op: 'flip', p: NaN })).toThrow('got NaN');
  });

  test('sizes are followed through the steps', () => {
    const resize = { op: 'resize', size: 24, interpolation: 'bilinear' };
    const photographs = { channels: 3 };
    const large =
      '`size` must be a whole number of pixels from 2 to 24, the shorter side after the resize before it, got 32';
    for (const shape of [photographs, COLOUR]) {
      expect(() => checkAugment([resize, { op: 'center-crop', size: 32 }], shape)).toThrow(large);
      expect(() => checkAugment([resize, { op: 'flip', p: 1 }, { op: 'center-crop', size: 32 }], shape)).toThrow(large);
      expect(() => checkAugment([resize, { op: 'center-crop', size: 24 }], shape)).not.toThrow();
      // A crop beyond the image itself is padded, as torchvision does.
      expect(() => checkAugment([{ op: 'center-crop', size: 40 }], shape)).not.toThrow();
    }
    expect(problem({ op: 'cutout', size: 28 })).not.toThrow();
    expect(problem({ op: 'cutout', size: 29 })).toThrow('from 1 to 28, the shorter side of the image, got 29');
    expect(problem({ op: 'center-crop', size: 12 }, { op: 'cutout', size: 14 })).toThrow(
      'from 1 to 12, the shorter side',
    );
    expect(() =>
      checkAugment(
        [
          { ...resize, size: 9 },
          { op: 'cutout', size: 14 },
        ],
        photographs,
      ),
    ).toThrow('from 1 to 9');
    expect(() => checkAugment([{ op: 'cutout', size: 14 }], photographs)).not.toThrow();
    for (const op of ['resize', 'center-crop'])
      expect(problem({ op, size: 1, interpolation: 'bilinear' }), op).toThrow('pixels from 2 to 16384, got 1');
  });
});
