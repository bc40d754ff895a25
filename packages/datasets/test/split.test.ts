import { key } from '@spatial-ensemble/random';
import { describe, expect, test } from 'vitest';
import { drawSplit, type SplitOptions } from '../src/split.ts';

const CLASSES = 4;
const labels = Int32Array.from({ length: 200 }, (_, i) => (i * 7) % CLASSES);
const draw = (options: Partial<SplitOptions> = {}) =>
  drawSplit({ key: key(1), labels, classes: CLASSES, labelled: 20, heldOut: 40, ...options });
const counts = (indices: readonly number[]) => {
  const out = new Array<number>(CLASSES).fill(0);
  for (const index of indices) out[labels[index]!]!++;
  return out;
};

describe('drawSplit', () => {
  test('labels and held-out images are balanced, and no image is held out and used', () => {
    const { labelled, unlabelled, heldOut } = draw();
    expect(counts(labelled)).toEqual([5, 5, 5, 5]);
    expect(counts(heldOut)).toEqual([10, 10, 10, 10]);
    const used = new Set([...labelled, ...unlabelled]);
    expect(heldOut.filter((index) => used.has(index))).toEqual([]);
    for (const list of [labelled, unlabelled, heldOut]) {
      expect(list).toEqual([...new Set(list)].sort((a, b) => a - b));
    }
  });

  test('the unlabelled images are all that are not held out, or those without a label', () => {
    const all = draw();
    expect([...all.unlabelled, ...all.heldOut].sort((a, b) => a - b)).toEqual(Array.from(labels.keys()));
    expect(all.labelled.every((index) => all.unlabelled.includes(index))).toBe(true);
    const rest = draw({ unlabelled: 'rest' });
    expect([...rest.labelled, ...rest.unlabelled, ...rest.heldOut].sort((a, b) => a - b)).toEqual(
      Array.from(labels.keys()),
    );
    expect(rest.labelled).toEqual(all.labelled);
  });

  test('all labels: of every image that is not held out, however many a class has', () => {
    const { labelled, unlabelled, heldOut } = draw({ labelled: 'all' });
    expect(heldOut).toEqual(draw().heldOut);
    expect(labelled).toEqual(unlabelled);
    expect([...labelled, ...heldOut].sort((a, b) => a - b)).toEqual(Array.from(labels.keys()));
    expect(draw({ labelled: 'all', unlabelled: 'rest' }).unlabelled).toEqual([]);
    const few = draw({ labelled: 'all', heldOut: 0, labels: [0, 1, 1, 3], classes: 4 });
    expect(few.labelled).toEqual([0, 1, 2, 3]);
  });

  test('given labels are those, whatever the key; the others are held out and unlabelled as ever', () => {
    const given = [3, 5, 0, 199, 42];
    const first = draw({ labelled: given });
    expect(first.labelled).toEqual([0, 3, 5, 42, 199]);
    expect(draw({ labelled: given, key: key(2) }).labelled).toEqual(first.labelled);
    expect(draw({ labelled: given, key: key(2) }).heldOut).not.toEqual(first.heldOut);
    expect(counts(first.heldOut)).toEqual([10, 10, 10, 10]);
    expect(first.heldOut.filter((index) => given.includes(index))).toEqual([]);
    expect([...first.unlabelled, ...first.heldOut].sort((a, b) => a - b)).toEqual(Array.from(labels.keys()));
    const rest = draw({ labelled: given, unlabelled: 'rest' });
    expect(rest.unlabelled).toEqual(first.unlabelled.filter((index) => !given.includes(index)));
    // What a seed would have drawn itself is the same split.
    const drawn = draw();
    expect(draw({ labelled: drawn.labelled }).sha256).toBe(drawn.sha256);
    expect(() => draw({ labelled: [] })).toThrow('a split needs labels');
    expect(() => draw({ labelled: Array.from({ length: 200 }, (_, i) => i) })).toThrow(/fewer than the 50 labelled/);
  });

  test('more labels keep the labels there were, and the held-out images', () => {
    const few = draw({ labelled: 8 });
    const many = draw({ labelled: 80 });
    expect(many.heldOut).toEqual(few.heldOut);
    expect(few.labelled.every((index) => many.labelled.includes(index))).toBe(true);
  });

  test('a split is a function of its key, and its hash tells splits apart', () => {
    expect(draw()).toEqual(draw());
    expect(draw({ key: key(2) }).labelled).not.toEqual(draw().labelled);
    const hashes = [
      draw(),
      draw({ key: key(2) }),
      draw({ unlabelled: 'rest' }),
      draw({ labelled: 40 }),
      draw({ heldOut: 0 }),
    ].map(({ sha256 }) => sha256);
    expect(new Set(hashes).size).toBe(hashes.length);
    expect(JSON.parse(JSON.stringify(draw()))).toEqual(draw());
  });

  test('every image is chosen about equally often', () => {
    const chosen = new Int32Array(labels.length);
    const splits = 400;
    for (let seed = 0; seed < splits; seed++) for (const index of draw({ key: key(seed) }).labelled) chosen[index]!++;
    // Binomial with p = 1/10: mean 40, deviation 6; five deviations.
    expect(Math.min(...chosen)).toBeGreaterThan(10);
    expect(Math.max(...chosen)).toBeLessThan(70);
  });

  test('what cannot be balanced is refused, with the reason', () => {
    expect(() => draw({ labelled: 10 })).toThrow('`labelled` must be a multiple of the 4 classes');
    expect(() => draw({ labelled: 0 })).toThrow('`labelled` is 0');
    expect(() => draw({ heldOut: -4 })).toThrow('`heldOut` must be a multiple of the 4 classes');
    expect(() => draw({ labelled: 200 })).toThrow(
      'class 0 has 50 images, fewer than the 50 labelled and 10 held-out ones',
    );
    expect(() => draw({ classes: 2 })).toThrow('there are 2 classes');
    expect(() => draw({ unlabelled: 'some' as 'all' })).toThrow("must be 'all' or 'rest'");
  });
});
