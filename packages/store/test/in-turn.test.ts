import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { asOneFile } from '../../../tools/vitest/as-one-file.ts';
import { inTurn } from '../src/index.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'in-turn-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('two processes that read a file and write it again lose nothing of each other', async () => {
  const file = join(folder, 'count');
  writeFileSync(file, '0');
  const program = asOneFile(join(import.meta.dirname, 'programs', 'count-in-turn.ts'));
  const args = [program.path, join(folder, 'study'), file, '20'];
  const ended = [1, 2].map(
    () => new Promise((done) => spawn(process.execPath, args, { stdio: 'inherit' }).once('close', done)),
  );
  expect(await Promise.all(ended)).toEqual([0, 0]);
  program.remove();
  expect(readFileSync(file, 'utf8')).toBe('40');
});

test('what fails gives the turn up, and says why', async () => {
  const failing = inTurn(join(folder, 'study'), () => Promise.reject(new Error('no room')));
  await expect(failing).rejects.toThrow('no room');
  expect(await inTurn(join(folder, 'study'), () => Promise.resolve(7))).toBe(7);
});
