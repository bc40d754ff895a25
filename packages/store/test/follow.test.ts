import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openRun } from '../src/index.ts';

const FOLLOW = fileURLToPath(new URL('../examples/follow.py', import.meta.url));
const noPython = spawnSync('python3', ['-I', '-c', '']).status !== 0;
const ID = 'a'.repeat(64);
const WINDOW = { count: 0, sums: {}, counts: {} };
const tensors = new Map([['w', { data: Float32Array.of(1), shape: [1] }]]);

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'follow-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test.skipIf(noPython)(
  `who follows a run is told each line once: while it is trained, cut back and gone on with${noPython ? ' (no python3 here)' : ''}`,
  async () => {
    const run = join(folder, 'run');
    const child = spawn('python3', ['-I', FOLLOW, run, '0.02'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const told = async (): Promise<string> => (await lines.next()).value as string;
    const write = async (from: number, to: number, save: boolean): Promise<void> => {
      const open = await openRun(run, ID);
      for (let step = from; step <= to; step++)
        open.append({ kind: 'train', step, count: 1, values: { loss: 1 / step }, counts: {} });
      if (save) await open.save(tensors, { step: to, window: WINDOW });
    };
    try {
      // The run is not there yet, then its folder is, then its numbers.
      await write(1, 2, true);
      expect([await told(), await told()]).toEqual(['1 {"train/loss": 1}', '2 {"train/loss": 0.5}']);
      // Killed behind its checkpoint, in the middle of a line.
      await write(3, 4, false);
      expect([await told(), await told()]).toEqual(['3 {"train/loss": 0.3333333333333333}', '4 {"train/loss": 0.25}']);
      appendFileSync(join(run, 'metrics.jsonl'), '{"kind":"tra');
      await write(3, 5, true);
      expect(await told()).toBe('5 {"train/loss": 0.2}');
      writeFileSync(join(run, 'result.json'), '{"status":"partial"}');
      await write(6, 6, true);
      expect(await told()).toBe('6 {"train/loss": 0.16666666666666666}');
      expect(existsSync(join(run, 'checkpoint'))).toBe(true);
      writeFileSync(join(run, 'result.json'), '{"status":"complete"}');
      expect(await lines.next()).toMatchObject({ done: true });
      expect(await new Promise((resolve) => void child.once('close', resolve))).toBe(0);
    } finally {
      child.kill();
    }
  },
);
