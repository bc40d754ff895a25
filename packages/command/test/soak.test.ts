import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { grown } from '../../../tools/nightly/grown.ts';
import { soaked, type Held } from './soaked.ts';

/** By night there are 100,000 steps. */
test.skipIf(process.platform !== 'linux')('a process that trains holds no more as it goes on', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'soak-'));
  try {
    const held: Held[] = [];
    await soaked(folder, 200, Infinity, 20, (now) => held.push(now));
    expect(held.map(({ step }) => step)).toEqual(Array.from({ length: 20 }, (_, i) => 10 * (i + 1)));
    expect(grown(held).failures).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
