import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Result, RunInfo, UnusableRun } from '@spatial-ensemble/record';
import { anewFolder, isBegunAnew } from './begun-anew.ts';
import { checkCheckpoints, identityOfCheckpoints, manifestsIn } from './check-checkpoints.ts';
import { checkMark } from './metrics-file.ts';
import { CHECKPOINT_FOLDER, METRICS_FILE } from './open-run.ts';
import { readSealed, readStored } from './read-stored.ts';
import { readSpec, SPEC_FILE } from './spec-file.ts';

/** What came of checking every checksum of a run. */
export interface Verified {
  /** Documents and checkpoints that were read and are as they were written. */
  readonly whole: number;
  /** A line for each that is not, which names the file. */
  readonly problems: readonly string[];
}

/**
 * Reads everything in a run's folder that says what it must be: result, `run.json`, each checkpoint with its tensors and
 * the numbers over time that belong to it; and that all of it is of the run that the folder is named by. What is begun
 * anew beside it is read too.
 */
export async function verifyRun(folder: string, short: string): Promise<Verified> {
  const found = await verifyFolder(folder, short);
  if (!isBegunAnew(folder)) return found;
  const anew = await verifyFolder(anewFolder(folder), short);
  return { whole: found.whole + anew.whole, problems: [...found.problems, ...anew.problems] };
}

async function verifyFolder(folder: string, short: string): Promise<Verified> {
  const problems: string[] = [];
  let whole = 0;
  const check = async (reading: () => Promise<unknown>): Promise<void> => {
    try {
      await reading();
      whole += 1;
    } catch (error) {
      if (!(error instanceof UnusableRun)) throw error;
      problems.push(error.message);
    }
  };
  const identity = await identityIn(folder);
  if (identity === undefined) {
    // A run that was stopped before its first checkpoint was whole has none of them, and is not damaged.
    const says = [join(folder, 'result.json'), ...(await manifestsIn(join(folder, CHECKPOINT_FOLDER)))];
    const there = says.filter((file) => existsSync(file));
    return { whole, problems: there.map((file) => `${file} is damaged: it does not say whose it is`) };
  }
  if (!identity.startsWith(short)) problems.push(`${folder} holds run ${identity.slice(0, 12)}, in another's place`);
  const [result, info] = [join(folder, 'result.json'), join(folder, 'run.json')];
  const spec = join(folder, SPEC_FILE);
  if (existsSync(spec)) await check(() => readSpec(spec, identity));
  if (existsSync(result)) await check(() => readSealed(result, Result, identity));
  if (existsSync(info)) await check(() => readSealed(info, RunInfo, identity));
  const lines = join(folder, METRICS_FILE);
  const found = await checkCheckpoints(join(folder, CHECKPOINT_FOLDER), identity, ({ metrics }) =>
    checkMark(lines, metrics),
  );
  return { whole: whole + found.whole, problems: [...problems, ...found.problems] };
}

/** Whose run a folder says that it holds; undefined where it holds nothing that could say so. */
async function identityIn(folder: string): Promise<string | undefined> {
  const file = join(folder, 'result.json');
  const said = existsSync(file)
    ? await readStored(file, (value) => (value as { readonly identity?: unknown }).identity).catch(() => undefined)
    : undefined;
  return typeof said === 'string' ? said : identityOfCheckpoints(join(folder, CHECKPOINT_FOLDER));
}
