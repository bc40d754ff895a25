import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identity } from '@spatial-ensemble/record';
import { readForeignSafetensors, runAt, specIn } from '@spatial-ensemble/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runProgram } from '../src/program/program.ts';
import { ROOT } from '../src/program/surroundings.ts';

// One run of seconds of a real experiment, whose weights are taken elsewhere.

const BYOL = join(ROOT, 'experiments', 'byol-cifar10.experiment.ts');

let folder: string;
let short: string;
let said: string[];

async function program(...args: string[]): Promise<number> {
  said = [];
  return runProgram(args, { runs: join(folder, 'runs'), log: (line) => said.push(line) });
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'weights-'));
  expect(await program('run', BYOL, '--tier', 'smoke', '--arm', 'sts'), said?.join('\n')).toBe(0);
  [short = ''] = readdirSync(join(folder, 'runs', 'byol')).filter((name) => /^[0-9a-f]{12}$/.test(name));
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('export: the numbers of the checkpoint, in PyTorch’s layout, and which run they are of', async () => {
  const run = join(folder, 'runs', 'byol', short);
  const id = identity((await specIn(run))!);
  const { tensors } = (await runAt(run, id, 4)).saved;
  for (const whose of ['student', 'teacher'] as const) {
    const out = join(folder, `${whose}.safetensors`);
    const options = ['--whose', whose, '--format', 'pytorch', '--out', out];
    expect(await program('export', short, ...options), said.join('\n')).toBe(0);
    const read = await readForeignSafetensors(out);
    expect(read.metadata).toMatchObject({ run: id, whose, step: '4', experiment: 'byol-cifar10 smoke sts, seed 1' });
    const [theirs, ours] = [
      read.tensors.get('encoder.layer2.0.conv1.weight')!,
      tensors.get(`state.${whose}.params.encoder.layer2.0.conv1.kernel`)!,
    ];
    const [height, width, inputs, outputs] = ours.shape as [number, number, number, number];
    expect(theirs.shape).toEqual([outputs, inputs, height, width]);
    const values = new Float32Array(theirs.bytes.buffer);
    const [y, x, i, o] = [2, 1, 3, 6];
    expect(values[((o * inputs + i) * height + y) * width + x]).toBe(
      ours.data[((y * width + x) * inputs + i) * outputs + o],
    );
    expect(read.tensors.has('predictor.0.weight')).toBe(whose === 'student');
  }
});

test('export: what is not there, or has no such form, is said in words', async () => {
  const into = ['--out', join(folder, 'never')];
  expect(await program('export', short, '--format', 'timm', ...into)).toBe(1);
  expect(said.join('\n')).toContain('--format torchvision');
  expect(await program('export', `${short}@1`, '--format', 'torchvision', ...into)).toBe(1);
  expect(said.join('\n')).toContain('no checkpoint after step 1');
  expect(await program('export', short, '--format', 'torchvision', '--head', 'prob', ...into)).toBe(1);
  expect(said.join('\n')).toContain('there is no head prob; there are: projector, probe');
  expect(await program('export', short, '--format', 'torchvision', '--out', join(folder, 'tv.safetensors'))).toBe(0);
  expect(said.join('\n')).toContain('left out');
});
