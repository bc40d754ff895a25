import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { FAULT_KINDS, faultLibrary, type FaultLibrary } from '../../../tools/vitest/disk-faults.ts';

interface Outcome {
  readonly kind: (typeof FAULT_KINDS)[number];
  readonly hit: string;
  readonly there: 'old' | 'new' | 'neither';
  readonly error?: string;
  readonly left: readonly string[];
}

const library = faultLibrary();
afterAll(() => (library as FaultLibrary).remove?.());

test.skipIf(typeof library === 'string')(
  `whichever call of the system fails, the old file is there or the new one is, and what is said is true${typeof library === 'string' ? ` (${library})` : ''}`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'faults-'));
    try {
      const program = join(import.meta.dirname, 'programs/write-with-faults.ts');
      const args = ['--import', 'tsx', '--conditions=@spatial-ensemble/source', program, folder];
      const { status, stdout } = spawnSync(process.execPath, args, {
        env: (library as FaultLibrary).environment,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      expect(status).toBe(0);
      const outcomes = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Outcome);
      for (const outcome of outcomes) {
        expect(outcome.there).not.toBe('neither');
        // What was said to be written is there.
        if (outcome.error === undefined) expect(outcome.there, JSON.stringify(outcome)).toBe('new');
        else expect(outcome.error).toMatch(/^WriteError: .*file \(1\.0 MB\) could not be written: /);
        expect(outcome.left).toEqual(['file']);
      }
      const ofWrites = (kind: Outcome['kind']) => outcomes.filter((one) => one.kind === kind && one.hit === 'write');
      const said = { ENOSPC: /the disk is full/, EDQUOT: /the quota is used up/, EIO: /an error of its own/, SHORT: /the disk is full/, BIT: /read again is not what was written/ }; // prettier-ignore
      for (const kind of FAULT_KINDS) {
        expect(ofWrites(kind).length).toBeGreaterThan(0);
        for (const { error, there } of ofWrites(kind)) {
          expect(error).toMatch(said[kind]);
          expect(there).toBe('old');
        }
      }
      expect(new Set(outcomes.map(({ hit }) => hit))).toEqual(new Set(['open', 'write', 'fsync', 'rename', 'mkdir'])); // prettier-ignore
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);
