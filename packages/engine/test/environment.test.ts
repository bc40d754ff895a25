import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prepareEnvironment } from '../src/binding/environment.ts';
import { refuseTensorFloat32Override } from '../src/binding/tensor-float-32.ts';

/** What is set afterwards, and what is recorded. */
function prepared(before: Record<string, string>, deterministic = false, machine: [string, string] = ['linux', 'x64']) {
  const after = new Map(Object.entries(before));
  const native = {
    get: (name: string) => after.get(name) || undefined,
    set: (name: string, value: string | undefined) =>
      void (value === undefined ? after.delete(name) : after.set(name, value)),
  };
  const { recorded, restore } = prepareEnvironment(deterministic, native, machine);
  const set = Object.fromEntries(after);
  restore();
  // An empty variable is one that is not there.
  const there = Object.entries(before).filter(([, value]) => value !== '');
  expect(Object.fromEntries(after)).toEqual(Object.fromEntries(there));
  return { after: set, recorded };
}

describe('the environment', () => {
  test('gets oneDNN where TensorFlow has it on x64, and is left alone elsewhere', () => {
    expect(prepared({})).toEqual({ after: { TF_ENABLE_ONEDNN_OPTS: '1' }, recorded: {} });
    expect(prepared({ TF_ENABLE_ONEDNN_OPTS: '' })).toEqual(prepared({}));
    for (const machine of [
      ['linux', 'arm64'],
      ['darwin', 'arm64'],
    ] as [string, string][]) {
      expect(prepared({}, false, machine)).toEqual({ after: {}, recorded: {} });
      expect(prepared({ TF_ENABLE_ONEDNN_OPTS: '1' }, false, machine).recorded).toEqual({ TF_ENABLE_ONEDNN_OPTS: '1' });
    }
  });

  test('is recorded where the user set what changes bits, and only that', () => {
    const set = { TF_ENABLE_ONEDNN_OPTS: 'False', XLA_FLAGS: '--xla_cpu_enable_fast_math=true', HOME: '/home/a' };
    const { after, recorded } = prepared(set);
    expect(after).toEqual(set);
    expect(recorded).toEqual({ TF_ENABLE_ONEDNN_OPTS: 'False', XLA_FLAGS: '--xla_cpu_enable_fast_math=true' });
  });

  test('holds what an option sets without recording it twice', () => {
    expect(prepared({}, true)).toEqual({
      after: { TF_ENABLE_ONEDNN_OPTS: '1', TF_DETERMINISTIC_OPS: '1' },
      recorded: {},
    });
    expect(prepared({ TF_DETERMINISTIC_OPS: 'true' }, true).recorded).toEqual({});
    expect(prepared({ TF_DETERMINISTIC_OPS: 'true' }).recorded).toEqual({ TF_DETERMINISTIC_OPS: 'true' });
  });

  test('must not contradict an option, or say what TensorFlow cannot read', () => {
    expect(() => prepared({ TF_DETERMINISTIC_OPS: '0' }, true)).toThrow(
      'the environment variable TF_DETERMINISTIC_OPS is 0, and deterministic kernels are asked for: unset it, or ask for others (deterministic: false, on the command line --no-deterministic)',
    );
    expect(() => prepared({ TF_ENABLE_ONEDNN_OPTS: 'on' })).toThrow(
      'the environment variable TF_ENABLE_ONEDNN_OPTS is 0 or 1, got on: unset it, or correct it',
    );
  });
});

describe('flags of XLA', () => {
  let folder: string;
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'xla-flags-'))));
  afterAll(() => rmSync(folder, { recursive: true }));
  const recordedOf = (flags: string) => prepared({ XLA_FLAGS: flags }).recorded.XLA_FLAGS;

  test('hold the content of autotuning results, and not where they lie or go', () => {
    const file = join(folder, 'tuned results.textproto');
    writeFileSync(file, 'version: 3');
    const hash = createHash('sha256').update('version: 3').digest('hex');
    const loaded = `--xla_gpu_load_autotune_results_from=sha256:${hash}`;
    const dumped = `--xla_gpu_dump_autotune_results_to='${join(folder, 'new ones')}'`;
    expect(recordedOf(`--xla_a=1 --xla_gpu_load_autotune_results_from="${file}" ${dumped} --xla_b=2`)).toBe(
      `--xla_a=1 ${loaded} --xla_b=2`,
    );
    expect(recordedOf(dumped)).toBeUndefined();
    writeFileSync(file, 'version: 4');
    expect(recordedOf(`--xla_gpu_load_autotune_results_from='${file}'`)).not.toBe(loaded);
  });

  test('may stand in a file, whose content counts', () => {
    const file = join(folder, 'flags');
    writeFileSync(file, '--xla_cpu_enable_fast_math=true\n');
    expect(recordedOf(file)).toBe('--xla_cpu_enable_fast_math=true');
  });

  test('must name files that can be read', () => {
    expect(() => recordedOf('--xla_gpu_load_autotune_results_from=/nowhere/tuned')).toThrow(
      'the environment variable XLA_FLAGS names the file "/nowhere/tuned" of autotuning results, which cannot be read: correct it, or unset it',
    );
    expect(() => recordedOf('/nowhere/flags')).toThrow('the file "/nowhere/flags" of flags, which cannot be read');
  });
});

test('a variable that overrides TF32 is refused where it contradicts what is asked for', () => {
  for (const [value, on] of [
    [undefined, true],
    [undefined, false],
    ['0', false],
    ['1', true],
  ] as const)
    expect(() =>
      refuseTensorFloat32Override(value === undefined ? {} : { NVIDIA_TF32_OVERRIDE: value }, on),
    ).not.toThrow();
  expect(() => refuseTensorFloat32Override({ NVIDIA_TF32_OVERRIDE: '0' }, true)).toThrow(
    /NVIDIA_TF32_OVERRIDE is 0, and tf32 is asked for: unset it, or ask for float32 .*--precision float32/,
  );
  expect(() => refuseTensorFloat32Override({ NVIDIA_TF32_OVERRIDE: '1' }, false)).toThrow(
    /NVIDIA_TF32_OVERRIDE is 1, and float32 in full is asked for: unset it, or ask for tf32 .*--precision tf32/,
  );
});
