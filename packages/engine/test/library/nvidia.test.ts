import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { nvidiaDriver } from '../../src/library/nvidia.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'machine-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function put(path: string, text = ''): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

test('an empty machine has no driver, unless the user says that there is one', () => {
  expect(nvidiaDriver({}, root)).toBeUndefined();
  expect(nvidiaDriver({ SPATIAL_ENSEMBLE_NVIDIA_DRIVER: '0' }, root)).toBeUndefined();
  expect(nvidiaDriver({ SPATIAL_ENSEMBLE_NVIDIA_DRIVER: '1' }, root)).toBe('unknown');
});

test('a driver tells its version', () => {
  put(
    'proc/driver/nvidia/version',
    'NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.65.06  Release Build\nGCC version: 12\n',
  );
  expect(nvidiaDriver({}, root)).toBe('580.65.06');
});

test.each(['dev/nvidia0', 'dev/nvidiactl', 'usr/lib/wsl/lib/libcuda.so.1', 'usr/lib64/libcuda.so.1'])(
  '%s is a driver of unknown version',
  (path) => {
    put(path);
    expect(nvidiaDriver({}, root)).toBe('unknown');
  },
);
