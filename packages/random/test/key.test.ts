import { describe, expect, it } from 'vitest';
import { foldCounter, Key, key, mask, order, seeds, stepMask, uniform, unitMask, view, words } from '../src/index.ts';

const name = ({ lo, hi }: Key): string => `${lo}:${hi}`;

describe('key', () => {
  it('is a value: folding again gives the same, and leaves the key as it was', () => {
    const run = key(42);
    const before = name(run);
    const first = run.fold('mask');
    run.fold('other').fold(3);
    expect(name(run)).toBe(before);
    expect(name(run.fold('mask'))).toBe(name(first));
  });

  it('does not commute', () => {
    expect(name(key(1).fold('a').fold('b'))).not.toBe(name(key(1).fold('b').fold('a')));
    expect(name(key(1).fold(2))).not.toBe(name(key(2).fold(1)));
  });

  it('tells a number from its name, and names of zero bytes apart', () => {
    expect(name(key(1).fold(7))).not.toBe(name(key(1).fold('7')));
    expect(name(key(1).fold(''))).not.toBe(name(key(1).fold('\0')));
    expect(name(key(1).fold('12345678'))).not.toBe(name(key(1).fold('12345678\0')));
    expect(name(key(1).fold(0))).not.toBe(name(key(1).fold(2 ** 32)));
  });

  it('gives every path a key of its own', () => {
    const seen = new Set<string>();
    let paths = 0;
    for (let seed = 0; seed < 10; seed++) {
      for (const stream of ['split', 'init', 'data', 'mask', 'a', 'b']) {
        for (let step = 0; step < 200; step++) {
          seen.add(name(key(seed).fold(stream).fold(step)));
          paths++;
        }
      }
    }
    expect(seen.size).toBe(paths);
  });

  it('gives neighbouring keys uncorrelated draws', () => {
    const n = 20_000;
    const base = uniform(key(1).fold(0), n);
    for (const other of [key(1).fold(1), key(1).fold('0'), key(2).fold(0), key(1)]) {
      const drawn = uniform(other, n);
      const sum = drawn.reduce((total, x, i) => total + (x - 0.5) * (base[i]! - 0.5), 0);
      expect(Math.abs(sum / n)).toBeLessThan(5 / 12 / Math.sqrt(n));
    }
  });

  it('folds at counters that draws never reach', () => {
    for (const part of [0, 1, 2 ** 53 - 1, '', 'name']) expect(foldCounter(part)[3]).toBeGreaterThan(0);
    expect([...words(key(1), 2)]).not.toEqual([key(1).fold(0).lo, key(1).fold(0).hi]);
  });

  it.each([-1, 0.5, 2 ** 53, Number.NaN, Infinity])('refuses to fold %f', (part) => {
    expect(() => key(1).fold(part)).toThrow('a name or a whole number from 0 to 2^53 - 1');
    expect(() => key(part)).toThrow(RangeError);
  });

  it('refuses words that are not uint32', () => {
    expect(() => new Key(-1, 0)).toThrow('must be uint32, got -1 and 0');
    expect(() => new Key(0, 2 ** 32)).toThrow(RangeError);
    expect(() => new Key(0.5, 0)).toThrow(RangeError);
  });
});

describe('streams', () => {
  const { split, init, data, mask: masks } = seeds(3);

  it('are apart from each other', () => {
    const all = [
      split,
      init,
      data,
      masks,
      order(data, 'labelled', 0),
      view(data, 'labelled', 0, 0, 0),
      stepMask(masks, 0),
      mask(masks, 0, 'conv'),
    ];
    expect(new Set(all.map(name)).size).toBe(all.length);
  });

  it('differ by each of their arguments', () => {
    const views = [
      view(data, 'labelled', 1, 2, 3),
      view(data, 'unlabelled', 1, 2, 3),
      view(data, 'labelled', 2, 2, 3),
      view(data, 'labelled', 1, 3, 3),
      view(data, 'labelled', 1, 2, 0),
    ];
    expect(new Set(views.map(name)).size).toBe(views.length);
    const orders = [order(data, 'labelled', 1), order(data, 'labelled', 2), order(data, 'unlabelled', 1)];
    expect(new Set(orders.map(name)).size).toBe(orders.length);
    expect(name(mask(masks, 1, 'a'))).not.toBe(name(mask(masks, 2, 'a')));
    expect(name(mask(masks, 1, 'a'))).not.toBe(name(mask(masks, 1, 'b')));
    expect(name(mask(seeds(3).mask, 1, 'a'))).not.toBe(name(mask(seeds(4).mask, 1, 'a')));
  });

  it('reach a mask by way of its step', () => {
    expect(name(unitMask(stepMask(masks, 5), 'conv'))).toBe(name(mask(masks, 5, 'conv')));
  });
});
