import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runProgram, type Ended } from './run-program.ts';

const nowhere = mkdtempSync(join(tmpdir(), 'no-tensorflow-'));
afterAll(() => rmSync(nowhere, { recursive: true }));

let trained: Ended[];
let rest: Record<'worker' | 'leave' | 'missing', Ended>;

beforeAll(async () => {
  // Two at a time: most of each is loading.
  trained = await Promise.all([runProgram('train'), runProgram('train')]);
  const [worker, leave] = await Promise.all([runProgram('worker'), runProgram('leave')]);
  const missing = await runProgram('missing', { SPATIAL_ENSEMBLE_TENSORFLOW: nowhere });
  rest = { worker, leave, missing };
});

describe('a process that loaded TensorFlow', () => {
  test('trains, ends by itself with 0, and has said nothing on standard error', () => {
    for (const ended of trained) expect(ended).toMatchObject({ code: 0, signal: null, err: '' });
  });

  test('gives the same bits and the same fingerprint as another', () => {
    const [first, second] = trained;
    expect(first!.out).toMatch(/^{"fingerprint":"[0-9a-f]{64}","hash":"[0-9a-f]{64}"}\n$/);
    expect(second!.out).toBe(first!.out);
  });

  test('outlives worker threads that loaded it and ended, and loads no TensorFlow.js for the bare binding', () => {
    expect(rest.worker).toEqual({
      code: 0,
      signal: null,
      err: '',
      out: 'worker 9\nended with 0\nworker 9\nended with 0\nmain 9\nmodules of TensorFlow.js: 0\n',
    });
  });

  test('may leave while a step runs off the main thread', () => {
    expect(rest.leave).toEqual({ code: 3, signal: null, err: '', out: 'leaving\n' });
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
