import { expect, test } from 'vitest';
import { findLibrary } from '@spatial-ensemble/engine';
import { startRuntime } from '../../src/binding/runtime.ts';

test('what a start set in the environment is gone where it failed, for the next one', async () => {
  // The CPU build, which finds no GPU.
  const env = { ...process.env, SPATIAL_ENSEMBLE_TENSORFLOW: '' };
  const { framework, cc } = await findLibrary({ device: 'cpu', env });
  const onGpu = { framework, cc, device: 'gpu', deterministic: true, xla: { commandBuffers: true } } as const;
  // Not: XLA_FLAGS has --xla_gpu_enable_command_buffer already.
  for (let time = 0; time < 2; time++) expect(() => startRuntime(onGpu)).toThrow(/GPU/);
  const { environment } = startRuntime({ framework, cc, device: 'cpu' });
  expect(environment).not.toHaveProperty('XLA_FLAGS');
  expect(environment).not.toHaveProperty('TF_DETERMINISTIC_OPS');
});
