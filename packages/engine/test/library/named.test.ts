import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findLibrary } from '../../src/library/index.ts';
import { builtFor, namedLibrary } from '../../src/library/named.ts';
import { isCutOff, runPath } from '../../src/library/elf.ts';
import { elf, machO } from './elf.ts';
import { LINUX } from './wheels.ts';

const MAC = { os: 'darwin', arch: 'arm64', release: '23.1.0' } as const;
let directory: string;

beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'named-library-'))));
afterEach(() => rmSync(directory, { recursive: true }));

function put(name: string, bytes: Uint8Array): string {
  const path = join(directory, name);
  writeFileSync(path, bytes);
  return path;
}

describe('a library that is named by hand', () => {
  test('is found by its directory, by the folder around it, and by its own path', async () => {
    mkdirSync(join(directory, 'tensorflow'));
    const cc = put('tensorflow/libtensorflow_cc.so.2', elf());
    const framework = put('tensorflow/libtensorflow_framework.so.2', elf());
    const expected = {
      cc,
      framework,
      directory: join(directory, 'tensorflow'),
      build: 'cpu',
      version: undefined,
      source: 'environment',
    };
    for (const path of [directory, join(directory, 'tensorflow'), cc]) {
      expect(await findLibrary({ env: { SPATIAL_ENSEMBLE_TENSORFLOW: path }, host: LINUX })).toEqual(expected);
    }
  });

  test('may have other names: those of macOS, and those of other versions', async () => {
    const cc = put('libtensorflow_cc.2.dylib', machO());
    const framework = put('libtensorflow_framework.2.dylib', machO());
    expect(await findLibrary({ env: { SPATIAL_ENSEMBLE_TENSORFLOW: directory }, host: MAC })).toMatchObject({
      cc,
      framework,
    });
    rmSync(cc);
    rmSync(framework);
    put('libtensorflow_cc.so.2.21.0', elf());
    put('libtensorflow_cc.so', elf());
    put('libtensorflow_framework.so', elf());
    expect(namedLibrary(directory, 'linux-x64').cc).toBe(join(directory, 'libtensorflow_cc.so'));
  });

  test('is the CUDA build when it looks for NVIDIA libraries beside itself', async () => {
    put('libtensorflow_cc.so.2', elf());
    put('libtensorflow_framework.so.2', elf({ runPath: '$ORIGIN/../nvidia/nccl/lib:$ORIGIN/../nvidia/cudnn/lib' }));
    expect(await findLibrary({ env: { SPATIAL_ENSEMBLE_TENSORFLOW: directory }, host: LINUX })).toMatchObject({
      build: 'cuda12',
    });
  });

  test('that is not there, or lacks a half, is an error that names the variable and both ways out', async () => {
    const find = (path: string) => findLibrary({ env: { SPATIAL_ENSEMBLE_TENSORFLOW: path }, host: LINUX });
    await expect(find('/no/such/place')).rejects.toMatchObject({
      problem: 'no-such-library',
      message: expect.stringMatching(
        /SPATIAL_ENSEMBLE_TENSORFLOW is \/no\/such\/place, which does not exist.*unset it/,
      ) as string,
    });
    put('libtensorflow_cc.so.2', elf());
    await expect(find(directory)).rejects.toThrow(/not side by side/);
    put('libtensorflow_framework.so.2', Buffer.from('a text file, not a library'));
    await expect(find(directory)).rejects.toThrow(/libtensorflow_framework\.so\.2 is not a shared library/);
  });

  test('for another machine is an error that names both', async () => {
    put('libtensorflow_cc.so.2', elf({ machine: 183 }));
    put('libtensorflow_framework.so.2', elf({ machine: 183 }));
    await expect(findLibrary({ env: { SPATIAL_ENSEMBLE_TENSORFLOW: directory }, host: LINUX })).rejects.toMatchObject({
      problem: 'wrong-architecture',
      message: expect.stringMatching(/built for linux-arm64; this is Node\.js for linux-x64/) as string,
    });
  });
});

test('a library that is cut off is told by its own headers, and not loaded', () => {
  const whole = put('libtensorflow_cc.so.2', elf());
  const cut = put('libtensorflow_framework.so.2', elf().subarray(0, 1023));
  expect([isCutOff(whole), isCutOff(cut), isCutOff(put('mac', machO()))]).toEqual([false, true, false]);
  expect(() => namedLibrary(directory, 'linux-x64')).toThrow(
    `but ${cut} is cut off: it ends before what its headers tell of. Correct it, or unset it`,
  );
});

test('what a library was built for is read from its first bytes', () => {
  expect(builtFor(put('a', elf()))).toBe('linux-x64');
  expect(builtFor(put('b', elf({ machine: 183 })))).toBe('linux-arm64');
  expect(builtFor(put('c', machO()))).toBe('darwin-arm64');
  expect(builtFor(put('d', machO(0x01000007)))).toBe('darwin-x64');
  expect(builtFor(put('e', Buffer.alloc(100)))).toBeUndefined();
  expect(builtFor(put('f', Buffer.alloc(3)))).toBeUndefined();
});

test('the run path is read from the dynamic section', () => {
  expect(runPath(put('a', elf({ runPath: '$ORIGIN/../x' })))).toBe('$ORIGIN/../x');
  expect(runPath(put('b', elf()))).toBeUndefined();
  expect(runPath(put('c', machO()))).toBeUndefined();
  // Damaged ones have none, and do no harm.
  for (let at = 16; at < 600; at++) {
    const damaged = elf({ runPath: '$ORIGIN/../x' });
    damaged[at]! ^= 0xff;
    expect(() => runPath(put('d', damaged))).not.toThrow();
  }
});
