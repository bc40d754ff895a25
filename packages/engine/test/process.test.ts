import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findLibrary } from '@spatial-ensemble/engine';
import { runProgram, UNSET, type Ended, type Said } from './run-program.ts';

const nowhere = mkdtempSync(join(tmpdir(), 'no-tensorflow-'));
afterAll(() => rmSync(nowhere, { recursive: true }));

const MACHINES = {
  unset: UNSET,
  on: { ...UNSET, TF_ENABLE_ONEDNN_OPTS: '1' },
  off: { ...UNSET, TF_ENABLE_ONEDNN_OPTS: '0' },
} as const;
type Machine = keyof typeof MACHINES;

let trained: Record<Machine, Ended>;
let rest: Record<'worker' | 'missing' | 'gpu', Ended>;

beforeAll(async () => {
  const train = (machine: Machine) => runProgram('train', MACHINES[machine]);
  // Two at a time: most of each is loading.
  const [unset, on] = await Promise.all([train('unset'), train('on')]);
  const [off, worker] = await Promise.all([train('off'), runProgram('worker')]);
  const { directory } = await findLibrary();
  const [missing, gpu] = await Promise.all([
    runProgram('missing', { SPATIAL_ENSEMBLE_TENSORFLOW: nowhere }),
    runProgram('gpu', { SPATIAL_ENSEMBLE_TENSORFLOW: directory, CUDA_VISIBLE_DEVICES: '-1' }),
  ]);
  trained = { unset, on, off };
  rest = { worker, missing, gpu };
});

const said = (machine: Machine): Said => JSON.parse(trained[machine].out) as Said;

describe('a process that loaded TensorFlow', () => {
  test('trains, ends by itself with 0, and has said nothing on standard error', () => {
    for (const ended of Object.values(trained)) expect(ended).toMatchObject({ code: 0, signal: null, err: '' });
  });

  test('gives the same bits and the same fingerprint as another', () => {
    const { fingerprint, bits } = said('unset');
    expect([fingerprint, bits]).toEqual([0, 1].map(() => expect.stringMatching(/^[0-9a-f]{64}$/) as string));
    expect(said('on')).toMatchObject({ fingerprint, bits });
  });

  test('outlives worker threads that loaded it and ended, and loads no TensorFlow.js for the bare binding; it may leave while a step runs off the main thread', () => {
    expect(rest.worker).toEqual({
      code: 3,
      signal: null,
      err: '',
      out: 'worker 9\nended with 0\nworker 9\nended with 0\nmain 9\nmodules of TensorFlow.js: 0\nleaving\n',
    });
  });
});

// Elsewhere TensorFlow's own rule holds.
describe.skipIf(process.platform !== 'linux' || process.arch !== 'x64')('TensorFlow in a process of its own', () => {
  test('runs oneDNN on every processor, and who asks for that himself gets the same run', () => {
    expect(said('unset')).toMatchObject({ oneDNN: true, environment: {} });
    expect(said('on')).toEqual(said('unset'));
  });

  test('runs without oneDNN for who asks for that: other bits, and recorded', () => {
    expect(said('off')).toMatchObject({ oneDNN: false, environment: { TF_ENABLE_ONEDNN_OPTS: '0' } });
    expect(said('off').bits).not.toBe(said('unset').bits);
  });

  test('has one fingerprint, whatever it computes with', () => {
    expect(new Set((['unset', 'off'] as const).map((machine) => said(machine).fingerprint)).size).toBe(1);
  });
});

test('without TensorFlow there is an error, and no other backend in silence', () => {
  expect(rest.missing.code).toBe(0);
  const [first, second, registered, required, compiled] = rest.missing.out.trim().split('\n');
  expect(first).toMatch(/SPATIAL_ENSEMBLE_TENSORFLOW is .*libtensorflow_cc/);
  expect(second).toBe(first);
  expect(registered).toBe('not registered');
  expect(required).toBe(
    'this needs TensorFlow: call `await useTensorFlow()` first (TensorFlow.js runs on the backend cpu)',
  );
  expect(compiled).toBe('next: a fingerprint needs TensorFlow; call `await useTensorFlow()` first');
});

test('the drop-in for tfjs-node-gpu asks for a GPU, and does not run on the processor in silence', () => {
  expect(rest.gpu).toMatchObject({ code: 0, signal: null });
  expect(rest.gpu.out).toMatch(/^TensorFlow found no GPU \(it found .*CPU:0\)/);
});
