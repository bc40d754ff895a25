import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRun } from '@spatial-ensemble/store';
import { draws, key } from '@spatial-ensemble/random';
import { FAULT_KINDS, faultLibrary, READ_FAULTS, type FaultLibrary } from '../vitest/disk-faults.ts';
import { smallDisk, type DiskKind } from '../vitest/small-disk.ts';
import { start } from './child.ts';
import type { Guarantee, Round } from './guarantee.ts';
import { IDENTITY, takeStep, wrongWith } from './known-run.ts';

const DISKS: readonly DiskKind[] = ['tmpfs', 'ext4', 'xfs'];
const DISK_BYTES = 1_000_000;
const SAVES = 10;
/** There are many more calls that read than calls of a save. */
const READS_APART = 12;

/**
 * Each call of a save fails in each way, and each that reads, where that can be had; and saves on small disks that are
 * nearly full.
 *
 * @param every of so many calls one, for a test that is to be short.
 */
export function diskErrors(every = 1): Guarantee {
  const library = faultLibrary();
  const untried = new Set<string>(typeof library === 'string' ? [`calls that fail: ${library}`] : []);
  return {
    name: 'disk errors survived',
    summary: ({ tried, failures }) =>
      [
        `disk errors survived ${tried - failures.length}/${tried}`,
        ...[...untried].map((one) => `  not tried, ${one}`),
      ].join('\n'),
    async round(n) {
      const disk = await onSmallDisk(n, (why) => untried.add(why));
      if (typeof library === 'string') return disk;
      // `!`: a remainder is an index.
      const [saving, reading] = [FAULT_KINDS[n % FAULT_KINDS.length]!, READ_FAULTS[n % READ_FAULTS.length]!];
      const place = mkdtempSync(join(tmpdir(), 'disk-errors-'));
      const saves = await faults(library, 'faulty-saves.ts', [join(place, 'run'), saving, '1', String(every)]);
      rmSync(place, { recursive: true });
      const apart = every * READS_APART;
      const reads = await faults(library, 'faulty-reads.ts', [reading, String(1 + (n % apart)), String(apart)]);
      const all = [disk, saves, reads];
      return {
        tried: all.reduce((sum, { tried }) => sum + tried, 0),
        failures: all.flatMap(({ failures }) => failures.map((failure) => `round ${n}, ${failure}`)),
      };
    },
    close: () => typeof library !== 'string' && library.remove(),
  };
}

/** What a program says of calls that failed, and of what came of it. */
async function faults(library: FaultLibrary, program: string, args: readonly string[]): Promise<Round> {
  const child = start(`tools/nightly/programs/${program}`, args, library.environment);
  const { code, signal } = await child.ended;
  // What is no line of JSON is said by libraries.
  const lines = child.said().split('\n').filter((text) => text.startsWith('{')); // prettier-ignore
  const outcomes = lines.map((text) => JSON.parse(text) as { at: number; hit: string; wrong: string | null });
  const failures = outcomes
    .filter(({ wrong }) => wrong !== null)
    .map(({ at, hit, wrong }) => `${program} ${args.join(' ')} at call ${at} (${hit}): ${wrong}`);
  if (code !== 0) failures.push(`${program} ${args.join(' ')} ended with ${code ?? signal}`);
  return { tried: outcomes.length + (code === 0 ? 0 : 1), failures };
}

/**
 * Ten saves on a disk that has a random number of bytes left before each.
 *
 * @param skipped told why there is no such disk here
 */
async function onSmallDisk(n: number, skipped: (why: string) => void): Promise<Round> {
  // `!`: a remainder is an index.
  const kind = DISKS[n % DISKS.length]!;
  const disk = smallDisk(DISK_BYTES, kind);
  if (typeof disk === 'string') {
    skipped(`${kind}: ${disk}`);
    return { tried: 0, failures: [] };
  }
  const failures: string[] = [];
  try {
    const folder = join(disk.folder, 'run');
    const draw = draws(key('small disk').fold(n));
    let said = 0;
    for (let save = 0; save < SAVES; save++) {
      const left = draw.int(250_000);
      const run = await openRun(folder, IDENTITY);
      disk.fill('filler', left);
      const step = (run.saved?.step ?? 0) + 1;
      await takeStep(run, step).then(
        () => (said = step),
        () => undefined,
      );
      rmSync(join(disk.folder, 'filler'));
      const wrong = await wrongWith(folder, said);
      if (wrong !== undefined) failures.push(`${kind}, ${left} bytes left: ${wrong}`);
    }
  } finally {
    disk.remove();
  }
  return { tried: SAVES, failures };
}
