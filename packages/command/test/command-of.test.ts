import { execFileSync } from 'node:child_process';
import type { Arithmetic, Plan, PlannedRun } from '@spatial-ensemble/record';
import { expect, test } from 'vitest';
import { besideOptions, commandOf } from '../src/inventory/command-of.ts';
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

test('what a run goes on from, unless the step at which it is looked at says so', () => {
  const segments = [{ run: `0123456789ab${'0'.repeat(52)}`, until: 20, arithmetic: ARITHMETIC }];
  const made = { arithmetic: ARITHMETIC, segments };
  const command = 'npx nx run experiments:one:small --variant second --arm slow --seed 1';
  expect(commandOf(STUDY, PLANNED, made)).toBe(`${command} --continue-from 0123456789ab@20 --threads 2`);
  const looked = { ...PLANNED, overrides: ['atStep=20'] };
  expect(commandOf(STUDY, looked, { ...made, atStep: 20 })).toBe(`${command} --set atStep=20 --threads 2`);
});
