import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openRun } from '../src/index.ts';

const ID = 'a'.repeat(64);
/** 2.2 GiB in one tensor, which no array of bytes and no read at once holds, and half a gibyte in another. */
const [LARGE, SMALL] = [590_000_000, 130_000_000];

test('a checkpoint of more than 2 GiB comes back to the bit', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'large-'));
  try {
    const data = new Float32Array(LARGE);
    for (let i = 0; i < LARGE; i += 9973) data[i] = i;
    data[LARGE - 1] = 7;
    const tensors = new Map([
      ['a', { data, shape: [LARGE] }],
      ['b', { data: new Float32Array(SMALL).fill(0.5), shape: [SMALL] }],
    ]);
    const run = await openRun(folder, ID);
    const weights = await run.save(tensors, { step: 1, window: { count: 0, sums: {}, counts: {} } });
    const place = join(folder, 'checkpoint/step-000000001');
    const files = readdirSync(place).filter((name) => name.endsWith('.safetensors'));
    expect(files.map((name) => statSync(join(place, name)).size > 2 ** 31)).toEqual([true, false]);
    const { saved } = await openRun(folder, ID);
    expect(saved!.weights).toBe(weights);
    for (const [name, { data: wanted }] of tensors) {
      const { data: found } = saved!.tensors.get(name)!;
      expect(found.length).toBe(wanted.length);
      expect(found.every((value, i) => value === wanted[i])).toBe(true);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 600_000);
