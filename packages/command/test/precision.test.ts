import type { TensorFlowInfo } from '@spatial-ensemble/engine';
import { describe, expect, it } from 'vitest';
import { arithmeticOf } from '../src/arithmetic.ts';
import { precisionNote, refusePrecision } from '../src/precision.ts';

const info: TensorFlowInfo = {
  version: '2.21.0',
  numerics: 1,
  device: { name: 'GPU:0', type: 'GPU' },
  devices: [],
  threads: { intra: 2, inter: 2 },
  deterministic: true,
  tensorFloat32: false,
  bfloat16: 'native',
  worker: { rank: 0, workers: 1 },
  oneDNN: true,
  environment: {},
  library: { cc: '', build: 'cuda12', source: 'cache' },
};

describe('a precision', () => {
  it('that cannot be had is refused before anything is loaded', () => {
    for (const precision of ['float32', 'bfloat16'] as const)
      expect(() => refusePrecision({ device: 'cpu', precision, xla: false })).not.toThrow();
    expect(() => refusePrecision({ device: 'gpu', precision: 'tf32', xla: true })).not.toThrow();
    expect(() => refusePrecision({ device: 'cpu', precision: 'tf32', xla: false })).toThrow(
      '--precision tf32 is a mode of NVIDIA GPUs, and a processor computes float32 in full: add --gpu, or take --precision float32',
    );
    expect(() => refusePrecision({ device: 'gpu', precision: 'bfloat16', xla: true })).toThrow(
      /^--precision bfloat16 and --xla exclude each other/,
    );
  });

  it('that is rounded by hand is said', () => {
    expect(precisionNote(info, 'bfloat16')).toBeUndefined();
    expect(precisionNote({ ...info, bfloat16: 'rounded' }, 'float32')).toBeUndefined();
    expect(precisionNote({ ...info, bfloat16: 'rounded' }, 'bfloat16')).toMatch(/slower than --precision float32\.$/);
  });

  it('is recorded as what TensorFlow runs with, beside oneDNN and the variables that were set', () => {
    const on = { ...info, tensorFloat32: true };
    expect(arithmeticOf(on, { precision: 'tf32', xla: false })).toMatchObject({ precision: 'tf32', oneDNN: true });
    const alone = arithmeticOf(info, { precision: 'float32', xla: false });
    expect(alone).not.toHaveProperty('workers');
    const worker = { rank: 1, workers: 3 };
    expect(arithmeticOf({ ...info, worker }, { precision: 'float32', xla: false })).toEqual({ ...alone, workers: 3 });
    expect(arithmeticOf(info, { precision: 'float32', xla: false })).not.toHaveProperty('environment');
    const gpu = { number: 0, name: 'One', computeCapability: '9.0', memoryBytes: 80e9 };
    expect(arithmeticOf({ ...info, gpu }, { precision: 'float32', xla: false }).instructionSet).toBe('9.0');
    const environment = { ONEDNN_MAX_CPU_ISA: 'SSE41' };
    const capped = arithmeticOf({ ...info, environment }, { precision: 'float32', xla: false });
    expect(capped).toMatchObject({ environment });
    if (process.arch === 'x64') expect(capped.instructionSet).toBe('sse41');
    expect(() => arithmeticOf(on, { precision: 'float32', xla: false })).toThrow(
      'TensorFlow runs with TF32 on, and a run in float32 is to be recorded: start it with tensorFloat32: false',
    );
    expect(() => arithmeticOf(info, { precision: 'tf32', xla: false })).toThrow(/TF32 off/);
  });
});
