import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identity } from '@spatial-ensemble/record';
import { encodeSafetensors, readForeignSafetensors, readResults, runAt, specIn } from '@spatial-ensemble/store';
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

test('export: a model for a browser', async () => {
  const out = join(folder, 'tfjs');
  expect(await program('export', short, '--format', 'tfjs', '--out', out), said.join('\n')).toBe(0);
  expect(said.join('\n')).toContain('tf.loadLayersModel gives 8 features');
  expect(readdirSync(out).toSorted()).toEqual(['model.json', 'weights.bin']);
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

test('import: evaluated as they are, weights give the numbers of the run that they are of', async () => {
  const out = join(folder, 'own.safetensors');
  expect(await program('export', short, '--format', 'pytorch', '--whose', 'student', '--out', out)).toBe(0);
  expect(await program('import', out), said.join('\n')).toBe(0);
  expect(said.join('\n')).toContain('named as in our own');
  const again = ['run', BYOL, '--tier', 'smoke', '--arm', 'sts', '--init', 'own', '--evaluate-at', '0'];
  expect(await program(...again), said.join('\n')).toBe(0);
  expect(said).toContain('starts from own.safetensors (our own): encoder, projector, predictor, probe');
  const all = await readResults(join(folder, 'runs'));
  const [trained, imported] = [all.find(({ result: { run } }) => run.init === undefined), all.find(({ result: { run } }) => run.init !== undefined)]; // prettier-ignore
  const ofStudent = (of: typeof trained) => of!.result.measures.filter(({ whose }) => whose === 'student').map(({ name, value }) => [name, value]); // prettier-ignore
  expect(imported!.result).toMatchObject({ status: 'complete', steps: { done: 0, total: 0 }, run: { atStep: 0 } });
  expect(ofStudent(imported)).toEqual(ofStudent(trained));
  expect(ofStudent(imported).length).toBeGreaterThan(1);
});

test('import: a run that starts from weights trains on from them, and is another run', async () => {
  const start = ['run', BYOL, '--tier', 'smoke', '--arm', 'none', '--init', 'own'];
  expect(await program(...start), said.join('\n')).toBe(0);
  const all = await readResults(join(folder, 'runs'));
  const { result } = all.find(({ result: { run } }) => run.init !== undefined && run.atStep === undefined)!;
  expect(result.steps).toEqual({ done: 4, total: 4 });
  // Four small steps from the imported weights are near them; from drawn ones they are not.
  const { tensors } = (await runAt(join(folder, 'runs', 'byol', result.identity.slice(0, 12)), result.identity, 4))
    .saved;
  const name = 'encoder.layer2.0.conv1.kernel';
  const trained = join(folder, 'runs', 'byol', short);
  const from = (await runAt(trained, identity((await specIn(trained))!), 4)).saved.tensors.get(`state.student.params.${name}`)!.data; // prettier-ignore
  const to = tensors.get(`state.student.params.${name}`)!.data;
  const apart = Math.hypot(...Array.from(to, (value, i) => value - from[i]!)) / Math.hypot(...from);
  expect(apart).toBeGreaterThan(0);
  expect(apart).toBeLessThan(0.2);
});

test('import: weights of another network, and what is no file of weights, are refused before anything is run', async () => {
  const other = join(folder, 'other.safetensors');
  const shape = [2, 3, 7, 7];
  writeFileSync(other, encodeSafetensors(new Map([['encoder.conv1.weight', { data: new Float32Array(2 * 3 * 49), shape }]]))); // prettier-ignore
  expect(await program('import', other)).toBe(0);
  expect(await program('run', BYOL, '--tier', 'smoke', '--arm', 'sts', '--init', 'other')).toBe(1);
  expect(said.join('\n')).toMatch(/not those of this encoder[\s\S]*encoder\.conv1\.weight has shape/);
  expect(await program('run', BYOL, '--tier', 'smoke', '--init', 'nothing')).toBe(1);
  expect(said.join('\n')).toContain('no imported weights nothing');
  expect(await program('import', BYOL)).toBe(1);
});
