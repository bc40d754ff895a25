import { normalize } from 'node:path';
import { expect, test } from 'vitest';
import { PINNED_BUILDS } from '../../src/library/pinned-wheels.ts';
import { neededBytes } from '../../src/library/disk.ts';
import { buildBytes, TENSORFLOW_VERSION } from '../../src/library/wheel.ts';

test('every platform has a CPU build, and Linux on x64 a CUDA build with the wheels of the extra and-cuda', () => {
  expect(Object.keys(PINNED_BUILDS).sort()).toEqual([
    'darwin-arm64-cpu',
    'linux-arm64-cpu',
    'linux-x64-cpu',
    'linux-x64-cuda12',
  ]);
  expect(PINNED_BUILDS['linux-x64-cuda12']!.map(({ name }) => name)).toEqual([
    'tensorflow',
    ...[
      'cublas',
      'cuda-cupti',
      'cuda-nvcc',
      'cuda-nvrtc',
      'cuda-runtime',
      'cudnn',
      'cufft',
      'curand',
      'cusolver',
      'cusparse',
      'nccl',
      'nvjitlink',
    ].map((part) => `nvidia-${part}-cu12`),
  ]);
});

test.each(Object.entries(PINNED_BUILDS))('%s is pinned completely', (_, wheels) => {
  expect(wheels[0]!.version).toBe(TENSORFLOW_VERSION);
  const names = Object.keys(wheels[0]!.files).join(' ');
  expect(names).toMatch(/libtensorflow_cc\.\S+ tensorflow\/libtensorflow_framework\./);
  for (const wheel of wheels) {
    expect(wheel.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(wheel.bytes).toBeGreaterThan(1e6);
    expect(Object.keys(wheel.files).length).toBeGreaterThan(0);
    for (const [name, bytes] of Object.entries(wheel.files)) {
      expect(bytes).toBeGreaterThan(0);
      expect(name).toMatch(/^(tensorflow|nvidia)\//);
      expect(normalize(name)).toBe(name);
    }
  }
  const files = wheels.flatMap(({ files }) => Object.keys(files));
  expect(new Set(files).size).toBe(files.length);
});

test('the sizes are those that a person is told: 274 MB for a CPU, 3.4 GB for a GPU', () => {
  const cpu = PINNED_BUILDS['linux-x64-cpu']!;
  expect(buildBytes(cpu)).toEqual({ download: 274_000_871, unpacked: 788_086_608 + 65_222_328 });
  expect(buildBytes(PINNED_BUILDS['linux-x64-cuda12']!).download / 1e9).toBeCloseTo(3.38, 1);
  // While it is unpacked, a wheel and its files are on the disk together.
  expect(neededBytes(cpu)).toBeGreaterThan(274_000_871 + 853_308_936);
  expect(neededBytes(cpu)).toBeLessThan(1.2e9);
});
