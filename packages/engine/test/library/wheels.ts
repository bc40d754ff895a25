import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Host } from '../../src/library/host.ts';
import type { Environment } from '../../src/library/location.ts';
import type { PinnedBuilds, PinnedWheel } from '../../src/library/wheel.ts';
import type { Progress } from '../../src/library/progress.ts';

/** A Linux that TensorFlow has wheels for, whatever machine the test runs on. */
export const LINUX: Host = { os: 'linux', arch: 'x64', glibc: '2.36', release: '6.1.0' };

const TAG = 'manylinux_2_27_x86_64';

/** A wheel to be made. */
export interface WheelToMake {
  readonly name: string;
  readonly files: Readonly<Record<string, Uint8Array>>;
  readonly bare?: boolean;
  readonly repeat?: string;
}

const VERSION = '2.21.0';

/** Makes wheels in a directory, with Python's own zip writer; returns what would be pinned. */
export function makeWheels(directory: string, wheels: readonly WheelToMake[]): PinnedWheel[] {
  const specification = wheels.map(({ files, ...wheel }) => ({
    ...wheel,
    version: VERSION,
    tag: TAG,
    files: Object.fromEntries(
      Object.entries(files).map(([path, bytes]) => [path, Buffer.from(bytes).toString('base64')]),
    ),
  }));
  execFileSync('python3', [fileURLToPath(new URL('make-wheels.py', import.meta.url)), directory], {
    input: JSON.stringify(specification),
  });
  return wheels.map((wheel) => pinned(directory, wheel));
}

/** Where `makeWheels` wrote a wheel. */
export function wheelPath(directory: string, name: string): string {
  return join(directory, `${name.replaceAll('-', '_')}-${VERSION}-py3-none-${TAG}.whl`);
}

/** The pin of a wheel as it lies in a directory now. */
export function pinned(directory: string, { name, files }: WheelToMake): PinnedWheel {
  const path = wheelPath(directory, name);
  return {
    name,
    version: VERSION,
    platform: TAG,
    sha256: createHash('sha256').update(readFileSync(path)).digest('hex'),
    bytes: statSync(path).size,
    files: Object.fromEntries(Object.entries(files).map(([file, bytes]) => [file, bytes.length])),
  };
}

/** Bytes that look like a library of Linux on x64, and do not compress. */
export function fakeLibrary(size: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let state = seed >>> 0;
  for (let i = 0; i < size; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state >>> 24;
  }
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 62, 0]);
  return bytes;
}

/** A CPU build of one wheel and a CUDA build of two, a few kilobytes each. */
export function tinyBuilds(directory: string): PinnedBuilds {
  const library = (seed: number) => ({
    'tensorflow/libtensorflow_cc.so.2': fakeLibrary(200_000, seed),
    'tensorflow/libtensorflow_framework.so.2': fakeLibrary(30_000, seed + 1),
  });
  const [cpu, cuda, nvcc] = makeWheels(directory, [
    { name: 'tensorflow-cpu', files: { ...library(1), 'tensorflow/not-needed.py': new Uint8Array(10) } },
    { name: 'tensorflow', files: library(3) },
    { name: 'nvidia-cuda-nvcc-cu12', files: { 'nvidia/cuda_nvcc/bin/ptxas': fakeLibrary(5_000, 5) } },
  ]);
  const { 'tensorflow/not-needed.py': _, ...needed } = cpu!.files;
  return { 'linux-x64-cpu': [{ ...cpu!, files: needed }], 'linux-x64-cuda12': [cuda!, nvcc!] };
}

/** An environment in which the user's pip looks into one directory alone, and the cache is another. */
export function offline(wheels: string, cache: string): Environment {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(PIP_|SPATIAL_ENSEMBLE_)/.test(name)),
  );
  return {
    ...env,
    PIP_CONFIG_FILE: '/dev/null',
    PIP_NO_INDEX: '1',
    PIP_FIND_LINKS: wheels,
    SPATIAL_ENSEMBLE_CACHE: cache,
  };
}

/** Collects what would be shown. */
export function recorder(): Progress & { readonly said: string[] } {
  const said: string[] = [];
  return {
    said,
    line: (text) => void said.push(text),
    start: (label) => void said.push(label),
    update: () => undefined,
    stop: () => undefined,
  };
}
