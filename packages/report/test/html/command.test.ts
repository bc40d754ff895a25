import { type Arithmetic } from '@spatial-ensemble/record';
import { expect, it } from 'vitest';

import { ARITHMETIC } from '../../../record/test/arithmetic.ts';
import { commandOf } from '../../src/html/command.ts';
import { runSpec, stored } from '../synthetic.ts';

function command(
  arithmetic: Partial<Arithmetic>,
  planned: { variant?: string; overrides?: string[] } = {},
  seeds = [1],
) {
  const [first, ...rest] = seeds.map((seed) => ({
    ...stored(runSpec('sts', seed, 'small', { arithmetic: { ...ARITHMETIC, ...arithmetic } })),
    planned: { tier: 'small' as const, arm: 'sts', seed, declaration: '', steps: 1000, identities: [], ...planned },
    study: 'quick',
    title: 'STS',
    standing: 'complete',
  }));
  return commandOf([first!, ...rest]);
}

const PLAIN = { threads: { intra: 2, inter: 2 }, deterministic: true };

it('names what is run, and the threads that its last bits depend on', () => {
  expect(command(PLAIN)).toBe('npx nx run experiments:quick:small --arm sts --seed 1 --threads 2');
  expect(command(PLAIN, { variant: 'labels-40' }, [1, 3, 3])).toBe(
    'npx nx run experiments:quick:small --variant labels-40 --arm sts --seed 1 --seed 3 --threads 2',
  );
});

it('has what else the arithmetic was asked for with', () => {
  const arithmetic: Partial<Arithmetic> = {
    ...PLAIN,
    device: 'gpu',
    precision: 'tf32',
    xla: true,
    deterministic: false,
    microBatch: 16,
    workers: 2,
    environment: { ONEDNN_MAX_CPU_ISA: 'AVX2', ODD: "it's" },
  };
  expect(command(arithmetic)).toBe(
    `ONEDNN_MAX_CPU_ISA=AVX2 ODD='it'\\''s' npx nx run experiments:quick:small --arm sts --seed 1 --gpu --precision tf32 --threads 2 --xla --no-deterministic --micro-batch 16 --devices 2`,
  );
});

it('quotes what a shell would take apart', () => {
  expect(command(PLAIN, { overrides: ['steps=20', 'title=two words'] })).toContain(
    "--set=steps=20 --set='title=two words' --threads 2",
  );
});
