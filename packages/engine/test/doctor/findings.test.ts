import { expect, test } from 'vitest';
import { findings } from '../../src/doctor/findings.ts';
import { describeInspection } from '../../src/doctor/describe.ts';
import type { Inspection } from '../../src/doctor/inspect.ts';

const CPU = { name: '/job:localhost/replica:0/task:0/device:CPU:0', type: 'CPU' };
const LIBRARY = {
  cc: '/c/tensorflow/cc',
  framework: '/c/tensorflow/framework',
  directory: '/c/tensorflow',
  build: 'cpu',
  version: '2.21.0',
  source: 'cache',
} as const;

/** A machine on which all is well. */
const HEALTHY: Inspection = {
  node: '20.19.0',
  host: { os: 'linux', arch: 'x64', glibc: '2.36', release: '6.1.0' },
  device: 'cpu',
  library: LIBRARY,
  tensorflow: { version: '2.21.0', devices: [CPU], oneDNN: true, environment: {} },
  threads: { intra: 2, inter: 2 },
  processor: { model: 'A processor', instructionSet: 'avx2', bf16: false },
  memory: { total: 8e9, available: 6e9 },
  disk: { cache: '/c', free: 5e10 },
};

/** What is found, as `level: what → mend`. */
function found(changes: Partial<Inspection>): string[] {
  return findings({ ...HEALTHY, ...changes }).map(({ level, what, mend }) => `${level}: ${what} → ${mend}`);
}

function without(key: 'library' | 'tensorflow'): Inspection {
  const { [key]: _, ...rest } = HEALTHY;
  return rest;
}

test('a healthy machine lacks nothing', () => {
  expect(found({})).toEqual([]);
});

test('an old Node.js', () => {
  expect(found({ node: '20.18.3' })).toEqual(['error: Node.js 20.18.3 is too old → install Node.js 20.19 or newer']);
  expect(found({ node: '18.20.0' })).toHaveLength(1);
  expect(found({ node: '24.0.0' })).toEqual([]);
});

test('a library that is not here yet, and one that cannot be had', () => {
  const { tensorflow: _, ...none } = without('library');
  const absent = (problem: string, device: 'cpu' | 'gpu') =>
    findings({ ...none, device, libraryProblem: { problem, message: 'Use WSL.' } });
  expect(absent('not-cached', 'cpu')).toMatchObject([
    { level: 'error', mend: expect.stringMatching(/^npx spatial-ensemble doctor --fetch \(/) as string },
  ]);
  expect(absent('not-cached', 'gpu')).toMatchObject([
    { level: 'error', mend: expect.stringMatching(/^npx spatial-ensemble doctor --fetch --gpu/) as string },
  ]);
  expect(absent('no-driver', 'gpu')).toMatchObject([{ what: 'a GPU is asked for', mend: 'Use WSL.' }]);
  expect(absent('unsupported-platform', 'cpu')).toMatchObject([{ level: 'error', mend: 'Use WSL.' }]);
});

test('a library that does not start, and one of another version', () => {
  expect(found({ tensorflow: { error: 'no AVX' } })).toEqual([
    'error: TensorFlow does not start on the CPU: no AVX → delete /c/tensorflow and fetch it again: npx spatial-ensemble doctor --fetch',
  ]);
  expect(found({ tensorflow: { error: 'no AVX' }, library: { ...LIBRARY, source: 'environment' } })[0]).toMatch(
    /unset SPATIAL_ENSEMBLE_TENSORFLOW$/,
  );
  expect(found({ tensorflow: { version: '2.15.0', devices: [CPU] } })[0]).toMatch(
    /2\.15\.0 is not the version.*name a library of TensorFlow 2\.21\.0/,
  );
});

test('a GPU: the CUDA libraries that are missing, by name and wheel', () => {
  const missingCuda = [
    { name: 'libcuda.so.1', from: "NVIDIA's driver", reason: 'no such file' },
    { name: 'libcudnn.so.9', from: 'nvidia-cudnn-cu12', reason: 'no such file' },
  ];
  const lines = found({
    device: 'gpu',
    tensorflow: { error: 'found no GPU', version: '2.21.0', devices: [CPU], missingCuda },
  });
  expect(lines).toEqual([
    "error: libcuda.so.1 cannot be opened (no such file) → install NVIDIA's driver, version 525 or newer",
    expect.stringMatching(
      /^error: libcudnn\.so\.9 cannot be opened \(no such file\) → unpack the wheel nvidia-cudnn-cu12 beside TensorFlow/,
    ),
    'error: TensorFlow does not start on the GPU: found no GPU → see to the libraries named above',
  ]);
  expect(
    found({
      device: 'gpu',
      tensorflow: { error: 'found no GPU', version: '2.21.0', devices: [CPU], missingCuda: [] },
    })[0],
  ).toMatch(/nvidia-smi/);
});

test('notes come after errors and stop nothing: a driver without the CUDA build, little memory', () => {
  const lines = found({ nvidiaDriver: '580.65.06', memory: { total: 2e9, available: 1e9 }, node: '18.0.0' });
  expect(lines.map((line) => line.split(':')[0])).toEqual(['error', 'note', 'note']);
  expect(lines[1]).toBe(
    "note: there is an NVIDIA driver (580.65.06), but not TensorFlow's CUDA build → npx spatial-ensemble doctor --fetch --gpu",
  );
  expect(found({ nvidiaDriver: '580.65.06', library: { ...LIBRARY, build: 'cuda12' } })).toEqual([]);
});

test('files that are not what was unpacked', () => {
  expect(found({ damaged: [] })).toEqual([]);
  expect(found({ damaged: ['tensorflow/libtensorflow_cc.so.2'] })).toEqual([
    'error: tensorflow/libtensorflow_cc.so.2 is damaged: it is not what was unpacked → delete /c/tensorflow and fetch it again: npx spatial-ensemble doctor --fetch',
  ]);
  const line = (damaged: readonly string[]) => describeInspection({ ...HEALTHY, damaged })[3];
  expect(line([])).toEqual(['Checksums', 'every file is what was unpacked']);
  expect(line(['a', 'b'])).toEqual(['Checksums', '2 damaged']);
});

test('variables that change bits, by name and value, and oneDNN that is off', () => {
  const tensorflow = (environment: Record<string, string>, oneDNN: boolean) => ({
    version: '2.21.0',
    devices: [CPU],
    oneDNN,
    environment,
  });
  expect(found({ tensorflow: tensorflow({ ONEDNN_MAX_CPU_ISA: 'AVX2' }, true) })).toEqual([
    'note: ONEDNN_MAX_CPU_ISA=AVX2 is set, which changes the last bits of results, or more → unset ONEDNN_MAX_CPU_ISA, unless that is meant: runs record it, and are other runs than those without it',
  ]);
  const off = found({ tensorflow: tensorflow({ TF_ENABLE_ONEDNN_OPTS: '0' }, false) });
  expect(off).toHaveLength(2);
  expect(off[0]).toMatch(/^note: TF_ENABLE_ONEDNN_OPTS=0 is set/);
  expect(off[1]).toMatch(/^note: TensorFlow runs without oneDNN's kernels.* → unset TF_ENABLE_ONEDNN_OPTS$/);
});

test('the description names what is there and what is not', () => {
  const lines = (inspection: Inspection) => describeInspection(inspection).map((line) => line.join(': '));
  expect(lines(HEALTHY)).toEqual([
    'Node.js: 20.19.0',
    'System: linux, x64, glibc 2.36',
    'Library: /c/tensorflow (CPU build, from the cache)',
    'Checksums: none are recorded beside the library',
    'TensorFlow: 2.21.0',
    'Devices: CPU (CPU:0)',
    'oneDNN: on',
    'NVIDIA: no driver',
    'Processor: A processor; avx2; without bf16 instructions',
    'Threads: 2 inside an op, 2 ops at a time',
    'Memory: 8.0 GB, of which 6.0 GB are available',
    'Disk: 50.0 GB free for /c',
  ]);
  const { tensorflow: _, ...none } = without('library');
  expect(lines({ ...none, nvidiaDriver: '580.1' })).toEqual(
    expect.arrayContaining([
      'Library: not found',
      'TensorFlow: unknown',
      'Devices: unknown',
      'oneDNN: unknown',
      'NVIDIA: driver 580.1',
    ]),
  );
});
