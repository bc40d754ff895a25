import {
  closeSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Inspection } from '../../src/doctor/inspect.ts';
import { recordChecksums, sha256Of } from '../../src/library/checksums.ts';
import { findLibrary } from '../../src/library/index.ts';
import { runProgram } from '../run-program.ts';

let folder = '';
let framework = '';
beforeAll(async () => {
  const library = await findLibrary();
  folder = mkdtempSync(join(tmpdir(), 'damaged-library-'));
  mkdirSync(join(folder, 'tensorflow'));
  framework = join(folder, 'tensorflow', basename(library.framework));
  symlinkSync(library.cc, join(folder, 'tensorflow', basename(library.cc)));
  copyFileSync(library.framework, framework);
  await recordChecksums(folder, new Map([[`tensorflow/${basename(framework)}`, await sha256Of(framework)]]));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function doctor(): Promise<{ readonly inspection: Inspection; readonly found: readonly string[] }> {
  const { out } = await runProgram('inspect', { SPATIAL_ENSEMBLE_TENSORFLOW: folder });
  return JSON.parse(out) as Awaited<ReturnType<typeof doctor>>;
}

test('the real library, whole, starts', async () => {
  const { inspection, found } = await doctor();
  expect(inspection).toMatchObject({ damaged: [], tensorflow: { version: '2.21.0' } });
  expect(found).toEqual([]);
});

test('the real library with one byte changed is named by the doctor', async () => {
  const bytes = readFileSync(framework);
  bytes[bytes.length >> 1]! ^= 0xff;
  writeFileSync(framework, bytes);
  expect((await doctor()).found[0]).toMatch(
    /^tensorflow\/libtensorflow_framework\S+ is damaged: it is not what was unpacked/,
  );
});

test('the real library cut off is refused before it is loaded', async () => {
  truncateSync(framework, 1_000_000);
  expect((await doctor()).found).toEqual(["TensorFlow's library cannot be had"]);
});

test('a library that the dynamic loader refuses is named in its own words', async () => {
  copyFileSync((await findLibrary()).framework, framework);
  const file = openSync(framework, 'r+');
  // The program headers' count, of the ELF header: none, and the loader has nothing to load.
  writeSync(file, Uint8Array.of(0, 0), 0, 2, 56);
  closeSync(file);
  expect((await doctor()).found.at(-1)).toMatch(
    /^TensorFlow does not start on the CPU: could not load .*libtensorflow_framework\S+: .*\S/,
  );
});
