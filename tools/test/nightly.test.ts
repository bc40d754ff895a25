import { describe, expect, test } from 'vitest';
import { claims } from '../nightly/claims.ts';
import { damagedFiles } from '../nightly/damaged-files.ts';
import { diskErrors } from '../nightly/disk-errors.ts';
import { line, tried } from '../nightly/guarantee.ts';
import { kills } from '../nightly/kills.ts';
import { grown } from '../nightly/grown.ts';
import { signals } from '../nightly/signals.ts';

/** One round of each; by night there are as many as fit into the time. */
describe.concurrent('what the suite promises holds', () => {
  // Those of whole commands are tried by `program.test.ts` and `soak.test.ts` of `packages/command`.
  const shorter = {
    signals: () => signals,
    damaged: () => damagedFiles,
    kills: () => kills(2),
    disk: () => diskErrors(6),
    claims: () => claims(500),
  };
  test.each(Object.entries(shorter))('%s', async (_name, make) => {
    const guarantee = make();
    try {
      const round = await tried(guarantee, 0);
      expect(round.failures).toEqual([]);
      expect(round.tried).toBeGreaterThan(0);
      expect(line(guarantee, round)).toBe(`${guarantee.name} ${round.tried}/${round.tried}`);
    } finally {
      guarantee.close?.();
    }
  });
});

test('what does not hold is counted and said', async () => {
  const over: string[] = [];
  const two = { name: 'promises', least: 4, round: async (n: number) => ({ tried: 2, failures: [`round ${n}`] }) };
  await tried(two, 0, 1, (n, { tried: count, failures }) => over.push(`${n}: ${count}, ${failures.join()}`));
  expect(over).toEqual(['1: 2, round 1', '2: 2, round 2']);
  const round = await tried({ ...two, least: 1 }, 0, 3);
  const promises = { name: 'promises', round: async () => round };
  expect(line(promises, round)).toBe('promises 1/2\n  round 3');
  const summary = ({ tried: n }: typeof round): string => `promises for ${n} steps`;
  expect(line({ ...promises, summary }, round)).toBe('promises for 2 steps\n  round 3');
});

test('what a process holds must not grow from the second tenth of its samples to the last', () => {
  const held = (change: (i: number) => object = () => ({})) =>
    Array.from({ length: 50 }, (_, i) => ({ step: i, bytes: 5e8, files: 30, handles: 2, tensors: 4, ...change(i) }));
  expect(grown(held())).toEqual({ growth: 0, failures: [] });
  // What comes with the start, or now and then, is no growth.
  expect(grown(held((i) => (i < 5 || i === 47 ? { bytes: 9e8, files: i === 47 ? 31 : 20 } : {}))).failures).toEqual([]);
  expect(grown(held((i) => ({ bytes: 5e8 + i * 1e5 }))).failures).toEqual([]);
  const { growth, failures } = grown(held((i) => ({ bytes: 5e8 + i * 5e5 })));
  expect(growth).toBeCloseTo(100 * (1.047 / 1.007 - 1), 10);
  expect(failures).toEqual(['RSS grew from 503500000 to 523500000 bytes, by more than 2 %']);
  expect(grown(held((i) => ({ files: 30 + Math.floor(i / 20), tensors: 4 + i }))).failures).toEqual([
    'files grew from 30 to 32',
    'tensors grew from 11 to 51',
  ]);
  expect(grown(held().slice(0, 9)).failures).toEqual(['it said 9 times what it holds, too few to tell']);
});
