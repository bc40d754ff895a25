import { describe, expect, test } from 'vitest';
import { prepareEnvironment } from '../src/binding/environment.ts';
import { refuseTensorFloat32Override } from '../src/binding/tensor-float-32.ts';

/** What is set afterwards, and what is recorded. */
function prepared(before: Record<string, string>, deterministic = false, machine: [string, string] = ['linux', 'x64']) {
  const after = new Map(Object.entries(before));
  const native = {
    get: (name: string) => after.get(name) || undefined,
    set: (name: string, value: string) => void after.set(name, value),
  };
  const recorded = prepareEnvironment(deterministic, native, machine);
  return { after: Object.fromEntries(after), recorded };
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
