import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { findLibrary, useTensorFlow, type TensorFlowOptions } from '@spatial-ensemble/engine';
import { startBinding } from '@spatial-ensemble/engine/binding';

// These run on a processor wherever the others do.
beforeEach(() => {
  vi.stubEnv('SPATIAL_ENSEMBLE_DEVICE', '');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const OPTIONS: TensorFlowOptions = { threads: { intra: 2, inter: 1 }, deterministic: true };

// In this order: a process starts TensorFlow once.
describe('useTensorFlow', () => {
  test('refuses options that are none before it starts', async () => {
    await expect(useTensorFlow({ thread: 3 } as TensorFlowOptions)).rejects.toThrow(
      'unknown option thread: TensorFlow is started with threads, device',
    );
    await expect(useTensorFlow({ device: 'tpu' as 'gpu' })).rejects.toThrow('device is cpu or gpu, got tpu');
    await expect(useTensorFlow({ tensorFloat32: true })).rejects.toThrow(
      "tf32 is a mode of NVIDIA GPUs (tensorFloat32 with device 'gpu'); a processor computes float32 in full: take float32, or a GPU",
    );
    await expect(useTensorFlow({ gpu: 1 })).rejects.toThrow("gpu and gpuMemoryBytes are of a GPU: add device: 'gpu'");
    await expect(useTensorFlow({ gpuMemoryBytes: 1e9 })).rejects.toThrow(/are of a GPU/);
    for (const gpu of [-1, 0.5])
      await expect(useTensorFlow({ device: 'gpu', gpu })).rejects.toThrow('gpu is the number of one, from 0');
    await expect(useTensorFlow({ device: 'gpu', gpuMemoryBytes: 0 })).rejects.toThrow('a number of bytes above 0');
    for (const intra of [0, 1.5, NaN])
      await expect(useTensorFlow({ threads: { intra, inter: 1 } })).rejects.toThrow(
        'threads.intra is a whole number from 1 up',
      );
  });

  test('takes the device that the environment names where a program names none', async () => {
    vi.stubEnv('SPATIAL_ENSEMBLE_DEVICE', 'gpu');
    await expect(useTensorFlow({ gpuMemoryBytes: 0 })).rejects.toThrow('a number of bytes above 0');
    await expect(useTensorFlow({ device: 'cpu', gpuMemoryBytes: 1 })).rejects.toThrow(/are of a GPU/);
    vi.stubEnv('SPATIAL_ENSEMBLE_DEVICE', 'tpu');
    await expect(useTensorFlow()).rejects.toThrow(
      'the environment variable SPATIAL_ENSEMBLE_DEVICE is cpu or gpu, got tpu: unset it, or correct it',
    );
  });

  test('says so where there is no GPU, and the next attempt on the CPU works', async () => {
    const { directory, build } = await findLibrary();
    vi.stubEnv('SPATIAL_ENSEMBLE_TENSORFLOW', directory);
    vi.stubEnv('CUDA_VISIBLE_DEVICES', '-1');
    if (build === 'cpu')
      await expect(useTensorFlow({ device: 'gpu' })).rejects.toThrow(
        /TensorFlow found no GPU \(it found .*CPU:0\)\. `npx spatial-ensemble doctor` \(of @spatial-ensemble\/command\) says what is missing/,
      );
    expect(await useTensorFlow(OPTIONS)).toMatchObject({
      device: { type: 'CPU' },
      library: { build, source: 'environment' },
    });
  });

  test('records what runs', async () => {
    const info = await useTensorFlow(OPTIONS);
    expect(info).toMatchObject({
      version: expect.stringMatching(/^2\.21\./) as string,
      threads: { intra: 2, inter: 1 },
      deterministic: true,
      // TensorFlow's own default is true.
      tensorFloat32: false,
    });
    expect(info.devices.map(({ type }) => type)).toEqual(['CPU']);
    expect(tf.getBackend()).toBe('tensorflow');
  });

  test('may be called again with the same options, in any order and with the defaults spelled out', async () => {
    const info = await useTensorFlow(OPTIONS);
    expect(
      await useTensorFlow({
        deterministic: true,
        device: 'cpu',
        verbose: false,
        threads: { inter: 1, intra: 2 },
        gpuMemoryGrowth: true,
      }),
    ).toBe(info);
    expect((await startBinding(OPTIONS)).TF_Version).toBe(info.version);
  });

  test('refuses other options: a process has one TensorFlow', async () => {
    const others: TensorFlowOptions[] = [
      {},
      { ...OPTIONS, threads: { intra: 1, inter: 1 } },
      { ...OPTIONS, device: 'gpu' },
      { ...OPTIONS, deterministic: false },
    ];
    for (const other of others)
      await expect(useTensorFlow(other)).rejects.toThrow(
        /^TensorFlow was already started with the options .*"intra":2.*needs a process of its own/,
      );
    expect(tf.getBackend()).toBe('tensorflow');
  });

  test('makes it the backend again where another one was chosen', async () => {
    await import('@tensorflow/tfjs-backend-cpu');
    await tf.setBackend('cpu');
    await useTensorFlow(OPTIONS);
    expect(tf.getBackend()).toBe('tensorflow');
  });
});
