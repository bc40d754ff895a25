import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { hash, identity, type RunSpec, shortIdentity } from '@spatial-ensemble/record';
import { isSaved, lastStep, runAt, runFolder, specIn } from '@spatial-ensemble/store';
import type { ResolvedRun } from './experiment.ts';
import type { IdentifiedRun, Job, ReadyJob } from './job.ts';
import type { Lineage, Origin } from './origin.ts';
import { refuseOther } from './refuse-other.ts';

/**
 * What the runs of a job go on from: a checkpoint of the same run that was kept, where it is looked at before its last
 * step, or the run that is named.
 *
 * @param specs what the runs are by themselves.
 * @throws Error where that is not there, or is another run than this one could go on from
 */
export async function lineageOf(job: Job, specs: ReadyJob['specs']): Promise<Lineage> {
  const { runs, continueFrom, session } = job;
  // `!`: there is a record of each run.
  const own = (run: ResolvedRun): IdentifiedRun => specs.get(run)!;
  if (continueFrom === undefined) {
    const kept = runs.filter(({ atStep = 0 }) => atStep > 0);
    return new Map(
      await Promise.all(kept.map(async (run) => [run, await keptOf(run, own(run), session.runs)] as const)),
    );
  }
  const [run, ...others] = runs;
  if (run === undefined || others.length > 0)
    throw new Error(
      `--continue-from is for one run, and ${runs.length} are asked for: name its arm and its seed (--arm, --seed)`,
    );
  if (run.atStep !== undefined) throw new Error('--continue-from and --evaluate-at are two questions: ask one of them');
  return new Map([[run, await namedOf(continueFrom, run, own(run).spec, session.runs)]]);
}

/** The checkpoint of the same run, trained to its end or not. */
async function keptOf({ atStep }: ResolvedRun, { spec }: IdentifiedRun, runs: string): Promise<Origin> {
  const { atStep: _, ...whole } = spec;
  // `!`: asked of runs that have it.
  const origin = originOf(runFolder(runs, spec, identity(whole)), whole, atStep!);
  const own = identity({ ...spec, segments: origin.segments });
  // Once it was taken over, it is not looked at again.
  if (!existsSync(runFolder(runs, spec, own))) await runAt(origin.folder, origin.identity, origin.step);
  return origin;
}

/** The run of the store, or in a folder, that is named: `0123abcd`, `0123abcd@5000`, `/media/taken/0123abcd4567`. */
async function namedOf(named: string, run: ResolvedRun, spec: RunSpec, runs: string): Promise<Origin> {
  const [, reference = '', digits] = /^(.+?)(?:@(\d+))?$/.exec(named) ?? [];
  const method = join(runs, run.method.name);
  const asked = digits === undefined ? undefined : Number(digits);
  // Once something was taken over, whatever it was taken from may be gone.
  const taken = await takenBefore(basename(reference), asked, spec, method);
  if (taken !== undefined) return taken;
  const folder = await folderOf(reference, method);
  const parent = await specIn(folder);
  if (parent === undefined) throw new Error(`--continue-from: nothing in ${folder} says what was trained there`);
  const again = await takenBefore(identity(parent), asked, spec, method);
  if (again !== undefined) return again;
  const step = asked ?? (await lastStep(folder, identity(parent)));
  refuseOther(parent, spec, run, step);
  await runAt(folder, identity(parent), step);
  return originOf(folder, parent, step);
}

function originOf(folder: string, parent: RunSpec, step: number): Origin {
  const own = { run: identity(parent), until: step, arithmetic: parent.arithmetic };
  return { folder, identity: own.run, step, segments: [...(parent.segments ?? []), own] };
}

async function folderOf(reference: string, method: string): Promise<string> {
  if (reference.includes('/')) return resolve(reference);
  const all = (await readdir(method).catch(() => [])).filter((name) => /^[0-9a-f]{12}$/.test(name));
  const digits = shortIdentity(reference);
  const [found, ...others] = digits.length < 4 ? [] : all.filter((name) => name.startsWith(digits));
  if (found === undefined)
    throw new Error(
      `--continue-from: there is no run ${reference} in ${method}: give four digits of its identity at least, or the path of its folder, and @STEP for a checkpoint before the last`,
    );
  if (others.length > 0)
    throw new Error(`--continue-from: ${reference} may be ${[found, ...others].join(' or ')}: give more digits`);
  return join(method, found);
}

/**
 * What the same run went on from before, where it has come as far as a checkpoint of its own: the same command goes on
 * with that. It may be named itself, too.
 *
 * @param named digits of the identity of that other run, or of its own
 * @throws Error where it went on from several steps of it, and none is named
 */
async function takenBefore(
  named: string,
  step: number | undefined,
  spec: RunSpec,
  method: string,
): Promise<Origin | undefined> {
  if (!/^[0-9a-f]{4,}$/.test(named)) return undefined;
  const own = hash(alone(spec));
  const found: Origin[] = [];
  for (const name of (await readdir(method).catch(() => [])).filter((one) => /^[0-9a-f]{12}$/.test(one))) {
    const folder = join(method, name);
    const other = await specIn(folder).catch(() => undefined);
    const last = other?.segments?.at(-1);
    if (other?.segments === undefined || last === undefined || hash(alone(other)) !== own) continue;
    const itself = step === undefined && identity(other).startsWith(shortIdentity(named));
    const from = last.run.startsWith(shortIdentity(named)) && (step === undefined || last.until === step);
    if ((itself || from) && (existsSync(join(folder, 'result.json')) || (await isSaved(folder))))
      found.push({ folder, identity: last.run, step: last.until, segments: other.segments });
  }
  const [first, ...others] = found;
  if (others.length > 0)
    throw new Error(
      `--continue-from: this run went on from ${named} after step ${found.map((one) => one.step).join(' and ')}: say which, ${named}@STEP`,
    );
  return first;
}

/** A run but for what it goes on from. */
function alone(run: RunSpec): object {
  const { segments: _, ...own } = run;
  return own;
}
