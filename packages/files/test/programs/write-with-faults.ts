import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FAULT_KINDS, withFault } from '../../../../tools/vitest/disk-faults.ts';
import { writeChecked } from '../../src/index.ts';

/**
 * Writes a file again and again, each time with another call of the system failing, and prints what became of each as
 * one line of JSON. Its argument is a folder.
 */

const folder = process.argv[2]!;
const path = join(folder, 'file');
const OLD = 'o'.repeat(1000);
const NEW = 'n'.repeat(1_000_000);

for (const kind of FAULT_KINDS) {
  for (let at = 1; ; at++) {
    await writeChecked(path, OLD);
    const { hit, error } = await withFault(folder, kind, at, () => writeChecked(path, NEW));
    if (hit === undefined) break;
    const text = readFileSync(path, 'utf8');
    const there = text === OLD ? 'old' : text === NEW ? 'new' : 'neither';
    console.log(JSON.stringify({ kind, hit, there, error: error && String(error), left: readdirSync(folder) }));
  }
}
