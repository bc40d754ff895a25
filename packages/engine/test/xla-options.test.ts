import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useTensorFlow, type TensorFlowOptions } from '@spatial-ensemble/engine';
import { prepareEnvironment } from '../src/binding/environment.ts';
import { recordedXlaOptions, withXlaFlags, xlaFlagsFor, type XlaOptions } from '../src/binding/xla-options.ts';

let folder: string;
let choices: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'xla options-'));
  choices = join(folder, 'chosen.textproto');
  writeFileSync(choices, 'version: 3\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What XLA is told, and what of it is part of the arithmetic. */
function told(options: XlaOptions, before = '') {
  const variables = new Map([['XLA_FLAGS', before]]);
  const native = {
    get: (name: string) => variables.get(name) || undefined,
    set: (name: string, value = '') => void variables.set(name, value),
  };
  const { recorded } = prepareEnvironment(false, native, ['linux', 'x64'], xlaFlagsFor(options, false));
  return { flags: variables.get('XLA_FLAGS'), recorded: recorded.XLA_FLAGS };
}

describe('options of XLA', () => {
  test('are flags behind those of the environment; choices are recorded by what they are', () => {
    const hash = createHash('sha256').update('version: 3\n').digest('hex');
    const loads = (from: string) =>
      `--xla_a=1 --xla_gpu_exclude_nondeterministic_ops=true --xla_gpu_load_autotune_results_from=${from} --xla_gpu_require_complete_aot_autotune_results=true`;
    expect(told({ tuned: choices }, '--xla_a=1')).toEqual({
      flags: loads(`'${choices}'`),
      recorded: loads(`sha256:${hash}`),
    });
    const elsewhere = join(folder, 'same');
    writeFileSync(elsewhere, 'version: 3\n');
    expect(told({ tuned: elsewhere }, '--xla_a=1').recorded).toBe(loads(`sha256:${hash}`));
    writeFileSync(elsewhere, 'version: 3\nresults {}\n');
    expect(told({ tuned: elsewhere }, '--xla_a=1').recorded).not.toBe(loads(`sha256:${hash}`));
    // Where they are written to decides nothing.
    expect(told({ tune: join(folder, 'new') }).recorded).toBe('--xla_gpu_exclude_nondeterministic_ops=true');
    expect(told({})).toEqual({ flags: '', recorded: undefined });
  });

  test('contradict neither each other nor the environment, and name files that fit', () => {
    const missing = join(folder, 'missing');
    expect(() => xlaFlagsFor({ tuned: missing }, false)).toThrow(`there is no ${missing}, from which XLA's choices`);
    expect(() => xlaFlagsFor({ tune: choices }, false)).toThrow(
      `${choices}, which is to hold what XLA chooses, is there`,
    );
    expect(() => xlaFlagsFor({ tuned: choices, tune: missing }, false)).toThrow('take one of them');
    expect(() => xlaFlagsFor({ tuned: choices }, true)).toThrow('among deterministic kernels XLA tunes nothing');
    expect(() => xlaFlagsFor({ tune: join(folder, "a'b") }, false)).toThrow('holds no quotes and no backslash');
    expect(() => xlaFlagsFor({ tunes: missing } as XlaOptions, false)).toThrow(
      'unknown option xla.tunes: there are commandBuffers, tune, tuned',
    );
    expect(() => withXlaFlags('/flags', ['--xla_a=1'])).toThrow('names the file /flags of flags');
    expect(() =>
      withXlaFlags('--xla_gpu_graph_min_graph_size=3', xlaFlagsFor({ commandBuffers: true }, false)),
    ).toThrow('has --xla_gpu_graph_min_graph_size already');
    // Names that begin alike are others, and what stands in quotes is none.
    const alike = `--xla_gpu_graph_min_graph_size_of=3 --xla_a='b --xla_gpu_graph_min_graph_size=3'`;
    expect(told({ commandBuffers: true }, alike).flags).toContain(`${alike} --xla_gpu_enable_command_buffer=`);
  });

  test.each<[string, XlaOptions, string]>([
    ['nothing', {}, ''],
    ['flags of the environment', {}, "--xla_a=1 --xla_b='c d'"],
    ['graphs', { commandBuffers: true }, ''],
    ['no graphs, beside the environment', { commandBuffers: false }, '--xla_a=1'],
  ])('are found again in what is recorded: %s', (_name, options, others) => {
    expect(recordedXlaOptions(told(options, others).recorded ?? '')).toEqual({ ...options, others });
    const tuned = recordedXlaOptions(told({ ...options, tuned: choices }, others).recorded ?? '');
    const tunedSha256 = createHash('sha256').update('version: 3\n').digest('hex');
    expect(tuned).toEqual({ ...options, tunedSha256, others });
  });

  test('are of a GPU', async () => {
    const onCpu: TensorFlowOptions = { device: 'cpu', xla: { commandBuffers: true } };
    await expect(useTensorFlow(onCpu)).rejects.toThrow("xla says how XLA compiles for a GPU: add device: 'gpu'");
  });
});
