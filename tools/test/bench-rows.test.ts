import { expect, test } from 'vitest';
import { takeTurns, type Taken } from '../bench/compare.ts';
import { aimsText, appetiteText, rowText, toRow } from '../bench/row.ts';
import { workloadsOf } from '../bench/workloads.ts';

const taken = (ms: readonly number[], beyondMb?: number): Taken => ({ ms, peakMb: 500, beyondMb });

test('a row is held against the fastest way of the other side, its memory against the leanest', () => {
  const row = toRow({ name: 'a', images: 10, aim: { ratio: 0.9, memory: 1 } }, taken([80, 100, 120], 60), {
    eager: taken([200, 210, 220], 50),
    compile: taken([120, 125, 130], 80),
  });
  expect(row).toMatchObject({ against: 'compile', ratio: 0.8, memory: 1.2, ours: { images: 100 } });
  expect(row.minRatio).toBeCloseTo(80 / 120, 12);
  expect(Object.keys(row.others)).toEqual(['eager', 'compile']);
  expect(rowText(row)).toContain('ratio 0.80 (minima 0.67) to compile');
  expect(aimsText([row])).toBe('aims: 1 of 2 met\n  a: aim: memory at most 1, MISSED');
});

test('what cannot be told of memory is left out, and no aim of it is said to be met', () => {
  const row = toRow({ name: 'a', aim: { memory: 1, ms: 5 } }, taken([4]), { eager: taken([4], 1) });
  expect(row.memory).toBeUndefined();
  expect(aimsText([row])).toBe('aims: 1 of 1 met');
});

test('cores of loading are what a step eats over what one core loads', () => {
  const loading = toRow({ name: 'loading', images: 32 }, taken([320]), { other: taken([640]) });
  const step = toRow({ name: 'step', images: 8 }, taken([40]), { other: taken([40]) });
  expect(appetiteText(loading, step)).toContain('step eats 200 images/s: 2.00 cores');
  expect(appetiteText(loading, undefined)).toBeUndefined();
});

test('sides take turns, another one first in each round, after a turn that does not count', async () => {
  const order: string[] = [];
  const side = (name: string) => ({
    run: async (steps: number) => {
      order.push(name);
      return { ms: Array.from({ length: steps }, () => 1), peakMb: order.length };
    },
  });
  const { a, c } = await takeTurns({ a: side('a'), b: side('b'), c: side('c') }, 3, 2);
  expect(order.join('')).toBe('abcabcbcacab');
  expect([a.ms.length, a.peakMb, a.beyondMb, c.peakMb]).toEqual([6, 11, undefined, 10]);
});

test('the least sizes are of every workload, on the processor, and have no aims', () => {
  for (const device of ['cpu', 'gpu'] as const) {
    const smoke = workloadsOf({ device, smoke: true });
    expect(smoke).toHaveLength(workloadsOf({ device, smoke: false }).length);
    for (const one of smoke) {
      expect(one).not.toHaveProperty('aim');
      expect([one.steps, one.size?.batch, one.precision === 'tf32']).toEqual([1, 2, false]);
    }
  }
});

test('capped at AVX2, whole steps in float32 have another aim, and nothing else has', () => {
  const aims = (isa?: 'avx2') =>
    workloadsOf({ device: 'cpu', smoke: false, ...(isa && { isa }) }).map(
      ({ name, aim }) => [name, aim?.ratio] as const,
    );
  const changed = aims('avx2').filter(([, ratio], i) => ratio !== aims()[i]![1]);
  expect(new Set(changed.map(([, ratio]) => ratio))).toEqual(new Set([0.98]));
  expect(changed.map(([name]) => name.endsWith(' compiled fp32'))).toEqual(Array.from({ length: 5 }, () => true));
});
