import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unpack } from '../../packages/engine/src/library/unpack.ts';
import { makeWheels, wheelPath } from '../../packages/engine/test/library/wheels.ts';
import type { Parser } from './parser.ts';

const FILES = { 'a/one.so': new Uint8Array(3000).fill(7), 'a/bin/tool': new Uint8Array(50) };

/** TensorFlow's wheel: a zip of which some files are unpacked. */
export const wheel: Parser = {
  async seeds() {
    const folder = mkdtempSync(join(tmpdir(), 'fuzz-wheel-'));
    try {
      makeWheels(folder, [
        { name: 'whole', files: { ...FILES, 'other.txt': new Uint8Array(9) } },
        { name: 'bare', bare: true, files: FILES },
      ]);
      return await Promise.all(['whole', 'bare'].map((name) => readFile(wheelPath(folder, name))));
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
  async read(bytes, path) {
    writeFileSync(path, bytes);
    const into = `${path}-into`;
    mkdirSync(into);
    try {
      return await unpack(path, { 'a/one.so': 3000, 'a/bin/tool': 50 }, into, () => undefined);
    } finally {
      rmSync(into, { recursive: true });
    }
  },
};
