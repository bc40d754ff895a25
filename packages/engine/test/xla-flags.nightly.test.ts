import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withXlaFlags, xlaFlagsFor } from '../src/binding/xla-options.ts';
import { runProgram } from './run-program.ts';

let folder: string;
let choices: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'xla flags-'));
  choices = join(folder, 'chosen.textproto');
  writeFileSync(choices, 'version: 3\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

// An unknown flag, or a value that is none, ends a process. Processors have no use for these, and read them all the same.
test.each([
  ['commandBuffers and tune', () => ({ commandBuffers: true, tune: join(folder, 'made.textproto') })],
  ['no commandBuffers and tuned', () => ({ commandBuffers: false, tuned: choices })],
])('options of XLA are flags that TensorFlow knows: %s', async (_name, options) => {
  const known = await runProgram('xla', { XLA_FLAGS: withXlaFlags(undefined, xlaFlagsFor(options(), false)) });
  expect(known).toMatchObject({ code: 0, out: '512\n' });
});

test.each(['--xla_gpu_enable_command_buffer=GRAPHS', '--xla_gpu_command_buffers=1'])('and not %s', async (flags) => {
  expect(await runProgram('xla', { XLA_FLAGS: flags })).not.toMatchObject({ code: 0 });
});
