import { afterEach, describe, expect, test, vi } from 'vitest';
import { chosenGpu, memoryShare, nvidiaGpus, type NvidiaGpu } from '../src/binding/nvidia-gpus.ts';

const GPUS: NvidiaGpu[] = [
  { number: 0, name: 'One', computeCapability: '9.0', memoryBytes: 80e9 },
  { number: 1, name: 'Other', computeCapability: '8.0', memoryBytes: 40e9 },
];

afterEach(() => void vi.unstubAllEnvs());

describe('the GPU that is used', () => {
  test('is that of the number', () => {
    expect(chosenGpu(GPUS, 1)?.name).toBe('Other');
  });

  test('is not told where there is no driver; TensorFlow then says what is missing', () => {
    expect(chosenGpu([], 0)).toBeUndefined();
  });

  test('must be one that is visible', () => {
    vi.stubEnv('CUDA_VISIBLE_DEVICES', '4,5');
    expect(() => chosenGpu(GPUS, 2)).toThrow(
      'there is no GPU 2: TensorFlow sees 0 (One), 1 (Other), of which CUDA_VISIBLE_DEVICES=4,5 decides. They are numbered from 0 among those that are visible',
    );
  });

  test('gives a share of its memory', () => {
    expect(memoryShare(20e9, GPUS[1])).toBe(0.5);
    expect(() => memoryShare(41e9, GPUS[1])).toThrow(/Other has 40000000000: take less/);
    expect(() => memoryShare(1e9, undefined)).toThrow(/no NVIDIA driver tells how much there is/);
  });
});

const here = nvidiaGpus();

test.skipIf(here.length === 0)('the driver tells of each (skipped where it finds none)', () => {
  here.forEach(({ number, name, computeCapability, memoryBytes }, i) => {
    expect(number).toBe(i);
    expect(name).toMatch(/\w/);
    expect(computeCapability).toMatch(/^\d+\.\d$/);
    expect(memoryBytes).toBeGreaterThan(1e9);
  });
});
