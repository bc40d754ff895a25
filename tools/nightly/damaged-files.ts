import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isDeepStrictEqual } from 'node:util';
import { join } from 'node:path';
import { draws, key, type Draws } from '@spatial-ensemble/random';
import { UnusableRun } from '@spatial-ensemble/record';
import { finishedResult, openRun, secondsSoFar } from '@spatial-ensemble/store';
import type { Guarantee } from './guarantee.ts';
import { IDENTITY, takeStep, wrongIn } from './known-run.ts';

const ACCEPTED = join(import.meta.dirname, '../../experiments/results/fixmatch');
const TRIES = 40;

/** A bit, a cut, or another file in its place: it is gone round to what was there before, or refused by name. */
export const damagedFiles: Guarantee = {
  name: 'damaged files',
  async round(n) {
    const place = mkdtempSync(join(tmpdir(), 'damaged-'));
    const draw = draws(key('damaged').fold(n));
    const whole = join(place, 'whole');
    const run = await openRun(whole, IDENTITY);
    for (const step of [1, 2, 3]) await takeStep(run, step);
    // A result of a real run, and another's. `!`: several are accepted.
    const [own, other] = readdirSync(ACCEPTED).toSorted();
    const { identity } = JSON.parse(readFileSync(join(ACCEPTED, own!, 'result.json'), 'utf8')) as { identity: string };
    cpSync(join(ACCEPTED, own!), whole, { recursive: true });
    const files = readdirSync(whole, { recursive: true, encoding: 'utf8' }).filter((name) => /\.\w+$/.test(name));
    const failures: string[] = [];
    for (let i = 0; i < TRIES; i++) {
      const folder = join(place, 'run');
      cpSync(whole, folder, { recursive: true });
      // `!`: the draw is below the number of files.
      const file = files[draw.int(files.length)]!;
      const how = damage(join(folder, file), draw, another(whole, file, other!));
      const wrong = sameJson(join(whole, file), join(folder, file))
        ? undefined
        : await wrongAfter(folder, identity, file);
      if (wrong !== undefined) failures.push(`round ${n}, ${file}, ${how}: ${wrong}`);
      rmSync(folder, { recursive: true });
    }
    rmSync(place, { recursive: true });
    return { tried: TRIES, failures };
  },
};

/** What could be put in a file's place: the same of the checkpoint before, or of another run. */
function another(whole: string, file: string, other: string): string {
  const before = file.replace('step-000000003', 'step-000000002');
  return before === file ? join(ACCEPTED, other, file) : join(whole, before);
}

/** Whether a document says what it said: a line's end was cut, or the sign of an exponent made a capital. */
function sameJson(one: string, other: string): boolean {
  try {
    return isDeepStrictEqual(...([one, other].map((file) => JSON.parse(readFileSync(file, 'utf8')) as unknown) as [unknown, unknown])); // prettier-ignore
  } catch {
    return false;
  }
}

function damage(path: string, draw: Draws, instead: string): string {
  const bytes = readFileSync(path);
  const way = draw.int(3);
  const at = draw.int(bytes.length);
  if (way === 0) {
    writeFileSync(path, bytes.subarray(0, at));
    return `cut after ${at} bytes`;
  }
  if (way === 1 && existsSync(instead)) {
    cpSync(instead, path);
    return 'another in its place';
  }
  // `!`: within the file.
  bytes[at]! ^= 1 << draw.int(8);
  writeFileSync(path, bytes);
  return `a bit of byte ${at}`;
}

/** What is wrong is that damage is not found, or refused without the file's name. */
async function wrongAfter(folder: string, identity: string, file: string): Promise<string | undefined> {
  try {
    if (/^(result|run)\.json$/.test(file)) {
      await finishedResult(folder, identity);
      await secondsSoFar(folder, identity);
      return 'it was not found';
    }
    return wrongIn(await openRun(folder, IDENTITY));
  } catch (error) {
    if (!(error instanceof UnusableRun)) return `an error of another kind: ${String(error)}`;
    return error.message.includes(file.split('/').at(-1)!) ? undefined : `the file is not named: ${error.message}`;
  }
}
