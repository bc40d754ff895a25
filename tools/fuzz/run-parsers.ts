import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { unsealed } from '@spatial-ensemble/record';
import type { Parser } from './parser.ts';

const IDENTITY = 'a'.repeat(64);

/** A run with two checkpoints in a folder of this process. */
let made: Promise<string> | undefined;

async function wholeRun(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-run-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const { openRun } = await import('@spatial-ensemble/store');
  const run = await openRun(folder, IDENTITY);
  for (const step of [1, 2]) {
    run.append({ kind: 'train', step, count: 1, values: { loss: 1 / step }, counts: {} });
    const tensors = new Map([['state.kernel', { data: Float32Array.of(step, 2), shape: [2] }]]);
    await run.save(tensors, { step, window: { count: 0, sums: {}, counts: {} } });
  }
  return folder;
}

/** A file of a run, in its place: the run is gone on with, or refused. */
export function ofRun(file: string): Parser {
  return {
    seeds: async () => [await readFile(join(await (made ??= wholeRun()), file))],
    async read(bytes, path) {
      const { openRun } = await import('@spatial-ensemble/store');
      cpSync(await (made ??= wholeRun()), path, { recursive: true });
      writeFileSync(join(path, file), bytes);
      try {
        return await openRun(path, IDENTITY);
      } finally {
        rmSync(path, { recursive: true });
      }
    },
  };
}

/** A sealed document, by what it must be. */
export function ofDocument(file: string, schema: () => Promise<Parameters<typeof unsealed>[0]>): Parser {
  return {
    seeds: async () => [await readFile(file)],
    async read(bytes, path) {
      const { unsealed } = await import('@spatial-ensemble/record');
      const { readStored } = await import('@spatial-ensemble/store');
      const is = await schema();
      writeFileSync(path, bytes);
      return readStored(path, (value) => unsealed(is, value, path));
    },
  };
}
