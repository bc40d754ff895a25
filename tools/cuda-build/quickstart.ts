import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/**
 * Trains an arm of the quickstart with one of TensorFlow's libraries, in a store that is removed again.
 *
 * @param directory of the library
 * @returns SHA-256 of its result, which holds measures, series, the hash of the weights and the arithmetic
 * @throws Error with what the program said, where it failed
 */
function quickstartOn(directory: string, steps: number): string {
  const runs = mkdtempSync(join(tmpdir(), 'cuda-build-'));
  try {
    const program = ['packages/command/bin/spatial-ensemble.js', 'run', 'experiments/quickstart.experiment.ts'];
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [...program, '--arm', 'sts', '--seed', '1', '--set', `steps=${steps}`],
      {
        cwd: ROOT,
        encoding: 'utf8',
        env: { ...process.env, SPATIAL_ENSEMBLE_DEVICE: '', SPATIAL_ENSEMBLE_TENSORFLOW: directory, SPATIAL_ENSEMBLE_RUNS: runs }, // prettier-ignore
      },
    );
    if (status !== 0) throw new Error(`the quickstart with ${directory} failed:\n${stdout}${stderr}`);
    const result = readdirSync(runs, { recursive: true, encoding: 'utf8' }).find(
      (path) => basename(path) === 'result.json',
    );
    if (result === undefined) throw new Error(`the quickstart with ${directory} left no result in ${runs}`);
    return createHash('sha256')
      .update(readFileSync(join(runs, result)))
      .digest('hex');
  } finally {
    rmSync(runs, { recursive: true, force: true });
  }
}

/** The libraries that an arm of the quickstart is trained with, by their folders. */
interface Libraries {
  readonly usual: string;
  readonly cuda: string;
}

/** Trains an arm of the quickstart with both libraries. @returns whether both came to the same bytes, and what there is to say */
export function sameQuickstart(
  { usual, cuda }: Libraries,
  steps: number,
): { readonly same: boolean; readonly lines: readonly string[] } {
  try {
    const [before, after] = [quickstartOn(usual, steps), quickstartOn(cuda, steps)];
    const said = (build: string, hash: string): string =>
      `quickstart, arm sts, ${steps} steps, on the ${build} build: sha256 of the result ${hash}`;
    return { same: before === after, lines: [said('CPU', before), said('CUDA', after)] };
  } catch (error) {
    return { same: false, lines: [(error as Error).message] };
  }
}
