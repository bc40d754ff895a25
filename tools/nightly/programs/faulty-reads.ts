import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { READING } from '../reading.ts';
import { withFault, type FaultKind } from '../../vitest/disk-faults.ts';

/**
 * Reads what the suite reads, with one call of the system after the other failing, and says what came of each as a line
 * of JSON: `programs/faulty-reads.ts KIND FIRST EVERY`.
 */

const [kind, first, every] = process.argv.slice(2) as [FaultKind, string, string];
const place = mkdtempSync(join(tmpdir(), 'faulty-reads-'));
try {
  for (const [what, make] of Object.entries(READING)) {
    const whole = join(place, `${what}-whole`);
    const { read, wrong } = await make(whole);
    for (let at = Number(first); ; at += Number(every)) {
      // What was read of it before may be known to the process by its name.
      const folder = join(place, `${what}-${at}`);
      cpSync(whole, folder, { recursive: true });
      const { hit, error } = await withFault(folder, kind, at, () => read(folder));
      const named = error === undefined || namesOneOf(error as Error, folder);
      const says = named ? await wrong(folder) : `no file is named: ${String(error)}`;
      rmSync(folder, { recursive: true });
      if (hit === undefined) break;
      console.log(JSON.stringify({ what, at, hit, wrong: says ?? null }));
    }
  }
} finally {
  rmSync(place, { recursive: true });
}

function namesOneOf({ message }: Error, folder: string): boolean {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  // One that was being written is gone.
  const isBelow = message.split(`${folder}/`).length > 1;
  return isBelow || files.some((file) => file.includes('.') && message.includes(basename(file)));
}
