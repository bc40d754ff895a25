import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Result } from '@spatial-ensemble/record';
import { readResults } from '@spatial-ensemble/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { trains } from './launched.ts';

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'several-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What 60 steps of so many processes end with, of batches that 3 and 4 share equally. */
async function trained(devices: number, ...argv: string[]): Promise<{ result: Result; bytes: string }> {
  const store = join(folder, String(devices));
  const options = ['--set', 'steps=60', '--set', 'batch=24', '--threads', '1', '--devices', String(devices)];
  const { ended, said } = trains(store, ...options, ...argv);
  expect(await ended, said()).toBe(0);
  const [{ result, file }] = (await readResults(store)) as [{ result: Result; file: string }];
  return { result, bytes: readFileSync(file, 'utf8') };
}

test('three and four processes give the same bits twice, and the numbers of one but for rounding', async () => {
  const loss = ({ series }: Result) => series.find(({ name }) => name === 'loss')!.points;
  const alone = loss((await trained(1)).result);
  for (const devices of [3, 4]) {
    const { result, bytes } = await trained(devices);
    expect([result.status, result.run.arithmetic.workers]).toEqual(['complete', devices]);
    expect((await trained(devices, '--fresh')).bytes).toBe(bytes);
    expect(loss(result).map(([step]) => step)).toEqual(alone.map(([step]) => step));
    for (const [i, [step, value]] of loss(result).entries())
      expect(value, `step ${step}, ${devices} processes`).toBeCloseTo(alone[i]![1], 3);
  }
}, 600_000);
