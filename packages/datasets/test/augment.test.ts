import { draws, key } from '@spatial-ensemble/random';
import { describe, expect, test } from 'vitest';
import { applyTransforms, checkAugment, drawTransforms, type AugmentSpec, type Transform } from '../src/index.ts';

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
      'step 1, {"op":"flop","p":1}: there is no operation "flop"; there are flip, shift, randaugment, cutout',
    );
    expect(problem({ op: 'toString' })).toThrow('there is no operation "toString"');
    expect(problem(weak[0], { op: 'flip', p: 50 })).toThrow(
      'step 2, {"op":"flip","p":50}: `p` must be a probability in [0, 1], got 50',
    );
    expect(problem({ op: 'flip' })).toThrow('flip needs `p`');
    expect(problem({ op: 'flip', p: 1, q: 1 })).toThrow('flip has no option `q`; it has p');
    expect(problem({ op: 'shift', max: 28, mode: 'reflect' })).toThrow('from 0 to 27');
    expect(problem({ op: 'shift', max: 4, mode: 'zero' })).toThrow('`mode` must be \'reflect\', got "zero"');
    expect(problem({ op: 'randaugment', variant: 'mine' })).toThrow("'fm-code' or 'paper-range'");
    expect(problem({ op: 'cutout' })).toThrow('cutout needs either `size` or `fraction`');
    expect(problem({ op: 'cutout', size: 3, fraction: [0, 1] })).toThrow('cutout needs either');
    expect(problem({ op: 'cutout', size: 3, fill: [125, 123, 114] })).toThrow('a grey level from 0 to 255, got');
    expect(problem(3)).toThrow('a step is an object');
  });
});
