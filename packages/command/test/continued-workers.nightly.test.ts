import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Result } from '@spatial-ensemble/record';
import { readResults } from '@spatial-ensemble/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { trains } from './launched.ts';

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'continued-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The results in a store after a run of 60 steps with such options. */
async function resultsAfter(store: string, ...argv: string[]): Promise<readonly Result[]> {
  const { ended, said } = trains(store, '--set', 'steps=60', '--threads', '1', '--keep', 'every=30', ...argv);
  expect(await ended, said()).toBe(0);
  return (await readResults(store)).map(({ result }) => result);
}

test.each([
  [1, 2],
  [2, 1],
])(
  'what %i trained goes on with %i, as a run of its own that lists what it is made of',
  async (before, after) => {
    const store = join(folder, `${before}-${after}`);
    const devices = (count: number) => ['--devices', String(count)];
    const [first] = await resultsAfter(store, ...devices(before));
    const both = await resultsAfter(store, ...devices(after), '--continue-from', `${first!.identity.slice(0, 12)}@30`);
    expect(both).toHaveLength(2);
    const second = both.find(({ identity }) => identity !== first!.identity)!;
    const workers = (count: number) => (count === 1 ? undefined : count);
    expect([first, second].map((one) => one!.run.arithmetic.workers)).toEqual([before, after].map(workers));
    expect(second.status).toBe('complete');
    expect(second.run.segments).toEqual([{ run: first!.identity, until: 30, arithmetic: first!.run.arithmetic }]);
    // Up to where it goes on it has the numbers of the first; from there on its own, which are the same but for rounding.
    const loss = ({ series }: Result) => series.find(({ name }) => name === 'loss')!.points;
    const upTo = (points: ReturnType<typeof loss>) => points.filter(([step]) => step <= 30);
    expect(upTo(loss(second)).length).toBeGreaterThan(0);
    expect(upTo(loss(second))).toEqual(upTo(loss(first!)));
    expect(loss(second).at(-1)![1]).toBeCloseTo(loss(first!).at(-1)![1], 3);
  },
  300_000,
);
