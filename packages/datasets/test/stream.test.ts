import { key } from '@spatial-ensemble/random';
import { describe, expect, test } from 'vitest';
import { checkStreams, way, type StreamSpec } from '../src/stream.ts';

const SHAPE = { height: 4, width: 4, channels: 1 };

describe('the way through a stream', () => {
  const indices = [3, 1, 4, 15, 9, 2, 6];
  const along = (name: string, from: number, to: number, seed = 1) => {
    const place = way(key(seed), { name, indices });
    return Array.from({ length: to - from }, (_, i) => place(from + i));
  };

  test('every epoch visits every image once, in an order of its own', () => {
    const orders = Array.from({ length: 20 }, (_, epoch) =>
      along('a', epoch * 7, epoch * 7 + 7).map(({ index }) => index),
    );
    for (const order of orders) expect([...order].sort((a, b) => a - b)).toEqual([...indices].sort((a, b) => a - b));
    expect(new Set(orders.map(String)).size).toBeGreaterThan(15);
  });

  test('every image comes first about equally often', () => {
    const firsts = new Map<number, number>();
    const place = way(key(5), { name: 'a', indices });
    for (let epoch = 0; epoch < 700; epoch++)
      firsts.set(place(7 * epoch).index, (firsts.get(place(7 * epoch).index) ?? 0) + 1);
    // Mean 100, deviation 9.
    for (const count of firsts.values()) expect(Math.abs(count - 100)).toBeLessThan(50);
  });

  test('a place does not depend on where one comes from', () => {
    const through = along('a', 0, 40);
    expect(along('a', 23, 40)).toEqual(through.slice(23));
    const place = way(key(1), { name: 'a', indices });
    expect([39, 0, 12].map(place)).toEqual([39, 0, 12].map((position) => through[position]));
    expect(through[23]!.epoch).toBe(3);
  });

  test('independent: every image comes about equally often, after every other too, and each time with a key of its own', () => {
    const place = way(key(5), { name: 'a', indices, order: 'independent' });
    const drawn = Array.from({ length: 4900 }, (_, position) => place(position));
    const pairs = new Map<string, number>();
    for (let i = 1; i < drawn.length; i++) {
      const pair = `${drawn[i - 1]!.index} ${drawn[i]!.index}`;
      pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
    }
    // 49 pairs, 100 times each, deviation 10; without replacement an image never follows itself within an epoch.
    expect(pairs.size).toBe(49);
    for (const count of pairs.values()) expect(Math.abs(count - 100)).toBeLessThan(50);
    expect(new Set(drawn.map(({ epoch }) => epoch)).size).toBe(drawn.length);
    expect([4000, 3, 17].map(place)).toEqual([4000, 3, 17].map((position) => drawn[position]));
  });

  test('streams and keys have orders of their own', () => {
    expect(along('a', 0, 70)).not.toEqual(along('b', 0, 70));
    expect(along('a', 0, 70)).not.toEqual(along('a', 0, 70, 2));
  });
});

describe('checkStreams', () => {
  const stream: StreamSpec = { name: 's', indices: [0, 1], batch: 2, views: [{ name: 'v', augment: [] }] };
  const problem =
    (change: Partial<StreamSpec>, ...more: readonly StreamSpec[]) =>
    () =>
      checkStreams([{ ...stream, ...change }, ...more], SHAPE, 3);

  test('what is wrong is named', () => {
    expect(problem({})).not.toThrow();
    expect(() => checkStreams([], SHAPE, 3)).toThrow('no streams');
    expect(problem({}, stream)).toThrow('two streams are called "s"');
    expect(problem({ batch: 0 })).toThrow('stream "s": `batch`');
    expect(problem({ views: [] })).toThrow('stream "s" has no views');
    expect(problem({ views: [...stream.views, ...stream.views] })).toThrow('two views of stream "s" are called "v"');
    expect(problem({ views: [{ name: 'labels', augment: [] }] })).toThrow('cannot be called labels');
    expect(problem({ views: [{ name: 'v', augment: [{ op: 'shift', max: 4, mode: 'reflect' }] }] })).toThrow(
      'stream "s", view "v": augmentation step 1',
    );
    expect(problem({ indices: [] })).toThrow('stream "s" has no images');
    expect(problem({ indices: [0, 3] })).toThrow("index 3 is not one of the source's 3 images");
    expect(problem({ indices: [1, 1] })).toThrow('image 1 is listed twice');
  });
});
