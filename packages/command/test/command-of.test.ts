import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Arithmetic, Plan, PlannedRun } from '@spatial-ensemble/record';
import { withXlaFlags, xlaFlagsFor, type XlaOptions } from '@spatial-ensemble/engine/xla-options';
import { afterAll, describe, expect, test } from 'vitest';
import { xlaFlagsOf } from '../../engine/src/binding/xla-flags.ts';
import { besideOptions, commandOf, machineOptions } from '../src/inventory/command-of.ts';
import { ON_AVX2 } from '../../record/test/arithmetic.ts';

const STUDY = { name: 'one', variants: { first: {}, second: {} } } as unknown as Plan['study'];
const PLANNED = { tier: 'small', variant: 'second', arm: 'slow', seed: 1 } as PlannedRun;
const ARITHMETIC: Arithmetic = { ...ON_AVX2, oneDNN: true };

test.each(['data.folder=my photos', "data.folder=it's $HOME `here`", 'spec.rates=[1,2]', 'a=*', 'steps=10', 'a=~;b&c'])(
  'a shell gives --set %s as it was',
  (text) => {
    const words = commandOf(STUDY, { ...PLANNED, overrides: [text] }).replace('npx nx run', `printf '%s\\n'`);
    expect(execFileSync('sh', ['-c', words], { encoding: 'utf8' }).trimEnd().split('\n').slice(-2)).toEqual([
      '--set',
      text,
    ]);
  },
);

test('the options of an arithmetic, and what no option asks for', () => {
  const command = 'npx nx run experiments:one:small --variant second --arm slow --seed 1';
  expect(commandOf(STUDY, PLANNED, { arithmetic: ARITHMETIC })).toBe(`${command} --threads 2`);
  expect(besideOptions(ARITHMETIC)).toBeUndefined();
  const gpu: Arithmetic = { ...ARITHMETIC, device: 'gpu', precision: 'tf32', xla: true, deterministic: false, microBatch: 8, workers: 2 }; // prettier-ignore
  expect(commandOf(STUDY, PLANNED, { arithmetic: gpu })).toBe(
    `${command} --gpu --precision tf32 --threads 2 --xla --no-deterministic --micro-batch 8 --devices 2`,
  );
  const other: Arithmetic = { ...ARITHMETIC, threads: { intra: 4, inter: 1 }, oneDNN: false, environment: { TF_A: '1' } }; // prettier-ignore
  expect(commandOf(STUDY, PLANNED, { arithmetic: other })).toBe(command);
  expect(besideOptions(other)).toBe('threads 4 + 1, oneDNN off, TF_A=1');
});

describe('options of XLA', () => {
  const hash = createHash('sha256').update('version: 3\n').digest('hex');
  const folder = mkdtempSync(join(tmpdir(), 'command-of-'));
  const file = join(folder, 'chosen');
  writeFileSync(file, 'version: 3\n');
  afterAll(() => rmSync(folder, { recursive: true }));
  /** As the engine records them. */
  const recorded = (options: XlaOptions, before = ''): Arithmetic => ({
    ...ARITHMETIC,
    device: 'gpu',
    xla: true,
    deterministic: false,
    environment: { XLA_FLAGS: xlaFlagsOf(withXlaFlags(before, xlaFlagsFor(options, false))) },
  });
  /** The words of a command, as a shell takes them. */
  const words = (arithmetic: Arithmetic): string[] => {
    const line = commandOf(STUDY, PLANNED, { arithmetic }).replace('npx nx run', `printf '%s\\n'`);
    return execFileSync('sh', ['-c', line], { encoding: 'utf8' }).trimEnd().split('\n').slice(7);
  };

  test('are asked for again; a file by its hash', () => {
    const both = recorded({ tuned: file, commandBuffers: true });
    expect(words(both)).toEqual(['--gpu', '--threads', '2', '--xla', '--xla-tuned', 'FILE', '--command-buffers', '--no-deterministic']); // prettier-ignore
    expect(commandOf(STUDY, PLANNED, { arithmetic: both })).toMatch(`# FILE: the one whose SHA-256 is ${hash}`);
    expect(machineOptions(both)).toMatchObject({ commandBuffers: true, tunedSha256: hash });
    expect(besideOptions(both)).toBeUndefined();
    expect(words(recorded({ commandBuffers: false }))).toContain('--no-command-buffers');
  });

  test('and what no option asks for stands as a shell takes it, never a hash in the place of a file', () => {
    const beside = recorded({ commandBuffers: true }, '--xla_a=1 --xla_b=2');
    expect(besideOptions(beside)).toBe("XLA_FLAGS='--xla_a=1 --xla_b=2'");
    const loaded = `--xla_a=1 --xla_gpu_load_autotune_results_from=`;
    const onCpu: Arithmetic = { ...ARITHMETIC, environment: { XLA_FLAGS: `${loaded}sha256:${hash}` } };
    expect(commandOf(STUDY, PLANNED, { arithmetic: onCpu })).not.toContain('xla');
    expect(besideOptions(onCpu)).toBe(`XLA_FLAGS='${loaded}FILE' (FILE: the one whose SHA-256 is ${hash})`);
  });
});

test('what a run goes on from, unless the step at which it is looked at says so', () => {
  const segments = [{ run: `0123456789ab${'0'.repeat(52)}`, until: 20, arithmetic: ARITHMETIC }];
  const made = { arithmetic: ARITHMETIC, segments };
  const command = 'npx nx run experiments:one:small --variant second --arm slow --seed 1';
  expect(commandOf(STUDY, PLANNED, made)).toBe(`${command} --continue-from 0123456789ab@20 --threads 2`);
  const looked = { ...PLANNED, overrides: ['atStep=20'] };
  expect(commandOf(STUDY, looked, { ...made, atStep: 20 })).toBe(`${command} --set atStep=20 --threads 2`);
});
