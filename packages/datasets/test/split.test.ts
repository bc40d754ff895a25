import { key } from '@spatial-ensemble/random';
import { describe, expect, test } from 'vitest';
import { classCounts } from '../src/class-counts.ts';
import { splitProblems } from '../src/split-problems.ts';
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

  test('images without a label are unlabelled, whatever is asked, and never held out', () => {
    const some = labels.map((label, i) => (i % 5 === 0 ? -1 : label));
    const without = Array.from(some.keys()).filter((i) => some[i] === -1);
    for (const options of [{ labelled: 'all' }, { labelled: 8 }, { unlabelled: 'rest' }] as const) {
      const { labelled, unlabelled, heldOut } = draw({ labels: some, ...options });
      expect(without.every((index) => unlabelled.includes(index))).toBe(true);
      expect([...labelled, ...heldOut].filter((index) => some[index] === -1)).toEqual([]);
    }
    const rows = draw({ labels: some, labelled: 'all', unlabelled: 'rest', heldOut: 0 });
    expect([rows.labelled.length, rows.unlabelled]).toEqual([160, without]);
    expect(draw({ labels: labels.map(() => -1), labelled: 'all', heldOut: 0 }).unlabelled).toHaveLength(200);
    expect(() => draw({ labels: some, unlabelled: { perClass: [1, 1, 1, 1] } })).toThrow('40 images have no label');
  });

  test('so many of each class, labelled and beside them', () => {
    const perClass = [30, 9, 3, 1];
    const tail = draw({ labelled: { perClass } });
    expect(counts(tail.labelled)).toEqual(perClass);
    expect(tail.heldOut).toEqual(draw().heldOut);
    const both = draw({ labelled: { perClass }, unlabelled: { perClass: [1, 2, 30, 4] } });
    expect(both.labelled).toEqual(tail.labelled);
    expect(counts(both.unlabelled)).toEqual([31, 11, 33, 5]);
    expect(both.labelled.every((index) => both.unlabelled.includes(index))).toBe(true);
    expect(both.unlabelled.filter((index) => both.heldOut.includes(index))).toEqual([]);
    // The same number of each is what a number in all is.
    expect(draw({ labelled: { perClass: [5, 5, 5, 5] } }).sha256).toBe(draw().sha256);
    expect(() => draw({ labelled: { perClass: [41, 0, 0, 0] } })).toThrow(/class 0 has 50 images, fewer than the 41/);
    expect(() => draw({ unlabelled: { perClass: [36, 0, 0, 0] } })).toThrow(/with 36 unlabelled ones/);
    expect(() => draw({ labelled: { perClass: [0, 0, 0, 0] } })).toThrow('a split needs labels');
  });

  test("a long tail has DARP's numbers of images", () => {
    // By its formula in Python: `[int(n / g) if i == k - 1 else int(n * ((1 / g) ** (1 / (k - 1))) ** i) for i in range(k)]`.
    const tail = (most: number, imbalance: number, classes = 10) => classCounts({ most, imbalance }, classes).perClass;
    expect(tail(1500, 100)).toEqual([1500, 899, 539, 323, 193, 116, 69, 41, 25, 15]);
    expect(tail(3000, 150)).toEqual([3000, 1719, 985, 564, 323, 185, 106, 60, 34, 20]);
    expect(tail(150, 20, 100).reduce((sum, count) => sum + count)).toBe(4741);
    expect(tail(7, 1)).toEqual(new Array(10).fill(7));
  });

  test('what a study asks of classes that have fewer is told before anything is drawn', () => {
    const says = (asked: Partial<Parameters<typeof splitProblems>[0]>) =>
      splitProblems({ labelled: 'all', heldOut: 0, ...asked }, [50, 40, 30, 20]).map(({ key, says: it }) => [key, it]);
    expect(says({ labelled: { most: 40, imbalance: 10 }, heldOut: 40 })).toEqual([]);
    expect(says({ labelled: { most: 41, imbalance: 10 }, heldOut: 40 })).toEqual([
      ['data.labelled', 'class 0 is asked for 51 images, labelled, unlabelled and held out, and has 50'],
    ]);
    expect(says({ labelled: 8, unlabelled: { perClass: [1, 2, 29, 4] } })).toEqual([
      ['data.unlabelled', 'class 2 is asked for 31 images, labelled, unlabelled and held out, and has 30'],
    ]);
    expect(says({ labelled: { perClass: [1, 2] } })).toEqual([
      ['data.labelled.perClass', 'has 2 numbers, and there are 4 classes'],
    ]);
    expect(says({ heldOut: 80 })[0]?.[0]).toBe('data.heldOut');
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
    expect(() => draw({ unlabelled: 'some' as 'all' })).toThrow("must be 'all', 'rest' or numbers of each class");
  });
});
