import { expect, test } from 'vitest';
import { argumentsOf } from '../src/program/arguments-of.ts';
import type { Flags } from '../src/program/flags.ts';
import { xlaOptionsOf } from '../src/program/xla-options-of.ts';

const flags: Flags = {
  gpu: true,
  xla: true,
  deterministic: false,
  precision: 'float32',
  maxHours: 12,
  fullDisk: 'stop',
};

test('options of XLA are of a GPU and of XLA, and tuning of kernels that may differ', () => {
  expect(xlaOptionsOf(flags)).toBeUndefined();
  expect(xlaOptionsOf({ ...flags, xlaTuned: 'a', commandBuffers: false })).toEqual({
    tuned: 'a',
    commandBuffers: false,
  });
  expect(xlaOptionsOf({ ...flags, deterministic: true, commandBuffers: true })).toEqual({ commandBuffers: true });
  const { gpu: _, ...onCpu } = flags;
  const { xla: __, ...without } = flags;
  for (const one of [onCpu, without])
    for (const asked of [{ commandBuffers: true }, { xlaTune: 'a' }, { xlaTuned: 'a' }])
      expect(() => xlaOptionsOf({ ...one, ...asked })).toThrow('add --gpu --xla');
  expect(() => xlaOptionsOf({ ...flags, deterministic: true, xlaTune: 'a' })).toThrow('go with --no-deterministic');
  expect(() => xlaOptionsOf({ ...flags, xlaTune: 'a', xlaTuned: 'b' })).toThrow('leave out one of them');
});

test('and arguments of a batch job', () => {
  const said = (more: Partial<Flags>) => argumentsOf('a.experiment.ts', { ...flags, ...more }).join(' ');
  expect(said({ xlaTune: 'new', commandBuffers: true })).toContain('--xla --xla-tune new --command-buffers');
  expect(said({ xlaTuned: 'chosen', commandBuffers: false })).toContain(
    '--xla --xla-tuned chosen --no-command-buffers',
  );
  expect(said({})).not.toMatch(/xla-|command-buffers/);
});
