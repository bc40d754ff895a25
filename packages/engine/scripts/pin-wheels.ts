/**
 * Writes src/library/pinned-wheels.ts: for each build the wheels that it is made of, with their hashes and the files
 * that are unpacked from them. Downloads every wheel once (about 4.2 GB, deleted as it goes) with the user's own pip:
 *
 *     npx tsx --conditions=@spatial-ensemble/source packages/engine/scripts/pin-wheels.ts
 *
 * The NVIDIA wheels are those that the extra `and-cuda` of the pinned TensorFlow names, each at the newest version that
 * its range admits, which is what pip installs.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeFinal } from '@spatial-ensemble/files';
import yauzl from 'yauzl';
import { TENSORFLOW_VERSION, type PinnedWheel } from '../src/library/wheel.ts';

const PYTHON_VERSION = '3.12';

// Whatever a Linux with the glibc of TensorFlow's own wheels (2.27) can run; pip compares the tags as plain words.
const LINUX_X64 = [
  ...Array.from({ length: 23 }, (_, i) => `manylinux_2_${27 - i}_x86_64`),
  'manylinux2014_x86_64',
  'manylinux2010_x86_64',
  'manylinux1_x86_64',
];

/** TensorFlow's two libraries; of NVIDIA's wheels the shared libraries and XLA's assembler with its bitcode. */
function needed(name: string): boolean {
  if (/^tensorflow\/libtensorflow_(cc|framework)\.[^/]+$/.test(name)) return true;
  if (/^nvidia\/cuda_nvcc\/(bin|nvvm\/(lib64|libdevice))\/[^/]+$/.test(name)) return true;
  if (!/^nvidia\/[^/]+\/lib\/[^/]+\.so[.\d]*$/.test(name)) return false;
  // Opened by nobody here: second copies of NVRTC, wrappers for other interfaces, several-GPU solvers, CUPTI's tools.
  return !/\.alt\.|libnvblas|libcufftw|libcusolverMg|libcheckpoint|libpcsamplingutil/.test(name);
}

async function contents(path: string): Promise<{ files: Record<string, number>; metadata: string }> {
  const zip = await yauzl.openPromise(path);
  const files: Record<string, number> = {};
  let metadata = '';
  for await (const entry of zip.eachEntry()) {
    if (needed(entry.fileName)) files[entry.fileName] = entry.uncompressedSize;
    if (!/^[^/]+\.dist-info\/METADATA$/.test(entry.fileName)) continue;
    for await (const chunk of await zip.openReadStreamPromise(entry)) metadata += String(chunk);
  }
  return { files: Object.fromEntries(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1))), metadata };
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

async function pin(
  requirement: string,
  platforms: readonly string[],
): Promise<{ wheel: PinnedWheel; metadata: string }> {
  const directory = mkdtempSync(join(tmpdir(), 'pin-wheels-'));
  try {
    const options = [
      '--no-deps',
      '--only-binary=:all:',
      '--no-cache-dir',
      '--python-version',
      PYTHON_VERSION,
      '--implementation',
      'cp',
    ];
    execFileSync(
      'python3',
      [
        '-I',
        '-m',
        'pip',
        'download',
        ...options,
        ...platforms.flatMap((tag) => ['--platform', tag]),
        '-d',
        directory,
        requirement,
      ],
      {
        stdio: ['ignore', 'ignore', 'inherit'],
      },
    );
    const [file] = readdirSync(directory);
    const [, name, version, tags] = /^(.+?)-(.+?)-[^-]+-[^-]+-(.+)\.whl$/.exec(file!)!;
    const path = join(directory, file!);
    const { files, metadata } = await contents(path);
    const wheel = {
      name: name!.replaceAll('_', '-'),
      version: version!,
      platform: tags!.split('.').at(-1)!,
      sha256: await sha256(path),
      bytes: statSync(path).size,
      files,
    };
    console.error(`${file}: ${wheel.sha256}`);
    return { wheel, metadata };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const cpu = await pin(`tensorflow-cpu==${TENSORFLOW_VERSION}`, LINUX_X64);
const arm = await pin(`tensorflow==${TENSORFLOW_VERSION}`, ['manylinux_2_27_aarch64']);
const mac = await pin(`tensorflow==${TENSORFLOW_VERSION}`, ['macosx_12_0_arm64']);
const cuda = await pin(`tensorflow==${TENSORFLOW_VERSION}`, LINUX_X64);
const companions: PinnedWheel[] = [];
for (const [, requirement] of cuda.metadata.matchAll(/^Requires-Dist: ([^;\n]+); extra == ["']and-cuda["']/gm)) {
  companions.push((await pin(requirement!.trim(), LINUX_X64)).wheel);
}

const builds = {
  'linux-x64-cpu': [cpu.wheel],
  'linux-arm64-cpu': [arm.wheel],
  'darwin-arm64-cpu': [mac.wheel],
  'linux-x64-cuda12': [cuda.wheel, ...companions],
};
const output = fileURLToPath(new URL('../src/library/pinned-wheels.ts', import.meta.url));
await writeFinal(
  output,
  '// Written by scripts/pin-wheels.ts.\n' +
    "import type { PinnedBuilds } from './wheel.ts';\n\n" +
    '/** The builds of TensorFlow that can be fetched, by platform and kind. */\n' +
    `export const PINNED_BUILDS: PinnedBuilds = ${JSON.stringify(builds, null, 2)};\n`,
);
execFileSync('npx', ['prettier', '--write', output], { stdio: 'inherit' });
