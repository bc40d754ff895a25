import { expect, test } from 'vitest';
import { argumentsOf } from '../src/program/arguments-of.ts';
import type { Machine } from '../src/machine.ts';
import type { Flags } from '../src/program/flags.ts';
import { runProgram } from '../src/program/program.ts';
import { xlaOptionsOf } from '../src/program/xla-options-of.ts';
import { resolveJob } from '../src/resolve-job.ts';
import { CPU, quietly } from './quietly.ts';
import { EVALUATED } from './studies.ts';

const flags: Flags = {
  gpu: true,
  xla: true,
  deterministic: false,
  precision: 'float32',
  maxHours: 12,
  fullDisk: 'stop',
};

test('options of XLA are of a GPU and of XLA', () => {
  expect(xlaOptionsOf(flags)).toBeUndefined();
  expect(xlaOptionsOf({ ...flags, xlaTuned: 'a', commandBuffers: false })).toEqual({
    tuned: 'a',
    commandBuffers: false,
  });
  expect(xlaOptionsOf({ ...flags, commandBuffers: true })).toEqual({ commandBuffers: true });
  const { gpu: _, ...onCpu } = flags;
  const { xla: __, ...without } = flags;
  for (const one of [onCpu, without])
    for (const asked of [{ commandBuffers: true }, { xlaTuned: 'a' }])
      expect(() => xlaOptionsOf({ ...one, ...asked })).toThrow('add --gpu --xla');
});

test('what the engine refuses is refused before images are loaded', () => {
  const machine: Machine = { ...CPU, device: 'gpu', xla: true, xlaOptions: { tuned: '/nowhere/chosen' } };
  const asked = { experiment: EVALUATED, selection: {}, session: quietly('/nowhere/runs') };
  expect(() => resolveJob({ ...asked, machine })).toThrow('--no-deterministic');
  expect(() => resolveJob({ ...asked, machine: { ...machine, deterministic: false } })).toThrow(
    'there is no /nowhere/chosen',
  );
});

test('and arguments of a batch job, whose tasks tune nothing', async () => {
  const said = (more: Partial<Flags>) => argumentsOf('a.experiment.ts', { ...flags, ...more }).join(' ');
  expect(said({ xlaTuned: 'chosen', commandBuffers: false })).toContain(
    '--xla --xla-tuned chosen --no-command-buffers',
  );
  expect(said({})).not.toMatch(/xla-|command-buffers/);
  const lines: string[] = [];
  const surroundings = { runs: '/nowhere/runs', log: (line: string) => void lines.push(line) };
  for (const command of ['run', 'sbatch'])
    expect(await runProgram([command, 'quickstart', '--threads', '1', '--xla-tune', 'new'], surroundings)).toBe(1);
  expect(lines.join('\n')).toContain("unknown option '--xla-tune'");
});
