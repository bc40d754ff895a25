import { byFirst, thisWorker, type Profile } from '@spatial-ensemble/engine';
import { hash, shortIdentity, type Result } from '@spatial-ensemble/record';
import { withRoom, type Waiting } from './full-disk.ts';
import { measuresText } from './measures-text.ts';
import type { RunPace } from './pacing.ts';
import { describeTiming, type ProgressDisplay } from './progress/run-progress.ts';
import {
  Claimed,
  finishedResult,
  isBegunAnew,
  keepSpec,
  openRun,
  openRunFrom,
  type OpenRun,
  placeOfRun,
  type RunPlace,
  runAt,
  runFolder,
  savedRun,
  secondsSoFar,
  writeResult,
} from '@spatial-ensemble/store';
import {
  type Bound,
  firstWeights,
  isTestDue,
  lastWeights,
  measuringsOf,
  resultOf,
  type RunPort,
  type Source,
  trainRun,
  type Weights,
} from '@spatial-ensemble/training';
import { beginAnew } from './begin-anew.ts';
import { boundRun } from './bound-run.ts';
import { claimed } from './claim-in-turn.ts';
import type { ResolvedRun } from './experiment.ts';
import type { ReadyJob } from './job.ts';
import { keepProfile } from './keep-profile.ts';
import { peakMemoryMb, runInfo, startSitting } from './run-info.ts';
import { parts } from './run-specs.ts';
import { initialOf } from './weights/initial.ts';
import type { Session } from './session.ts';
import { eventFiles, showFinished, type EventFiles } from './tensorboard.ts';

/** A run whose weights another one starts from, and where it is. */
interface StoredSource extends Source {
  readonly identity: string;
  readonly folder: string;
}

/** A run of the store, for what starts from it. */
export interface StoredRun {
  readonly result: Result;
  readonly source: StoredSource;
}

/** One run of a job. */
export interface OneRun {
  readonly run: ResolvedRun;
  readonly title: string;
  /** The run that an evaluation starts from. */
  readonly from?: StoredRun;
  readonly pace: RunPace;
  /** Begin it anew, even where it is finished. */
  readonly fresh: boolean;
  /** Where another process trains it, what comes of that is waited for. */
  readonly waits: boolean;
}

/** What process 0 holds of a run while it is trained; the others hold nothing. */
interface Held {
  readonly giveUp: () => void;
  readonly place: RunPlace;
  readonly port: OpenRun;
  /** Where it is watched. */
  readonly board: EventFiles | undefined;
  /** Seconds of earlier sittings. */
  readonly earlier: number;
}

/** How a run is begun, which process 0 decides for all. */
type Begun = { readonly kind: 'finished'; readonly result: Result } | { readonly kind: 'claimed' | 'trains' };

/**
 * Runs one run, or goes on with it; one that is finished is not run again. Several processes train it together: process 0
 * alone claims it, reads and writes.
 *
 * @throws Claimed where another process trains it and it is not to be waited for, or a signal came meanwhile
 */
export async function runOne(job: ReadyJob, one: OneRun): Promise<StoredRun> {
  const { run, title } = one;
  const { session } = job;
  // `!`: a job has a record of each of its runs.
  const { spec, identity } = job.specs.get(run)!;
  const trained = boundRun(run, parts(run, job.machine));
  const source = { bound: trained, seed: run.seeds, identity, folder: runFolder(session.runs, spec, identity) };
  const sitting = startSitting();
  const own: { held?: Held; claim?: Claimed } = {};
  try {
    const begun = await byFirst(async (): Promise<Begun> => {
      const found = await begin(job, one, source).catch((error: unknown) => {
        if (error instanceof Claimed) return error;
        throw error;
      });
      if ('status' in found) {
        if (session.tensorboard === true) await showFinished(job, { run, title, identity }, source);
        return { kind: 'finished', result: found };
      }
      if (found instanceof Claimed) own.claim = found;
      else own.held = found;
      return { kind: own.claim === undefined ? 'trains' : 'claimed' };
    });
    if (begun.kind === 'claimed') throw own.claim ?? new Claimed();
    if (begun.kind === 'finished') return { result: begun.result, source };
    const progress = session.displays.run(title);
    return await session.interrupt
      .during(async () => {
        const outcome = await trainRun(requestOf(job, one, source, own.held, progress));
        progress.stop();
        // `!`: process 0 holds it.
        const result = await byFirst(() => finish(job, one, own.held!, sitting, outcome));
        return { result, source };
      })
      .finally(progress.stop);
  } finally {
    own.held?.board?.close();
    own.held?.giveUp();
  }
}

/**
 * Claims a run and opens it, unless it is finished.
 *
 * @throws Claimed
 */
async function begin(
  job: ReadyJob,
  one: OneRun,
  { folder, identity: id, bound }: StoredSource,
): Promise<Held | Result> {
  const { run, title, waits, fresh } = one;
  const { session } = job;
  const { log, interrupt } = session;
  const finished = async (): Promise<Result | undefined> =>
    isBegunAnew(folder) ? undefined : finishedResult(folder, id);
  const before = fresh ? undefined : await finished();
  if (before !== undefined) {
    // A run that is waited for comes a second time.
    const meanwhile = waits && run.evaluation === undefined;
    log(
      meanwhile
        ? `${title}: another process has finished it (${shortIdentity(id)})`
        : `${title}: finished before (${shortIdentity(id)}); ${beginAnew(run)} runs it again`,
    );
    return before;
  }
  const { giveUp, waited } = await claimed(folder, waits && { title, log, signal: interrupt.signal });
  try {
    // Whoever had it in the meantime has trained it anew, too.
    const anew = fresh && !waited;
    const meanwhile = anew ? undefined : await finished();
    if (meanwhile !== undefined) {
      const not = fresh ? ', and this command has not begun it anew' : '';
      log(`${title}: another process has finished it (${shortIdentity(id)})${not}`);
      giveUp();
      return meanwhile;
    }
    const place = await placeOfRun(folder, id, anew);
    if (place.note !== undefined) log(`${title}: ${place.note}`);
    const earlier = await secondsSoFar(place.folder, id);
    const waiting = waitingOf(session);
    const port = await withRoom(title, waiting, () => opened(job, one, bound, place.folder));
    for (const line of port.damaged) log(`${title}: ${line}`);
    if (port.damaged.length > 0) log(`${title}: goes on from the checkpoint before, after step ${port.saved!.step}`);
    const saving: OpenRun = { ...port, save: (...at) => withRoom(title, waiting, () => port.save(...at)) };
    const watched = session.tensorboard === true;
    const board = watched ? eventFiles(job, { run, title, identity: id }, port.saved?.step) : undefined;
    return { giveUp, place, port: saving, board, earlier };
  } catch (error) {
    giveUp();
    throw error;
  }
}

function waitingOf({ fullDisk, log, interrupt }: Session): Waiting {
  return { fullDisk, log, signal: interrupt.signal };
}

/** Writes what a run came to, whole or not, and says it. */
async function finish(
  job: ReadyJob,
  { run, title }: OneRun,
  { place, earlier }: Held,
  sitting: ReturnType<typeof startSitting>,
  outcome: Awaited<ReturnType<typeof trainRun>>,
): Promise<Result> {
  const { session, info } = job;
  // `!`: a job has images and a record of each of its runs.
  const [data, { spec, identity }] = [job.data.get(run)!, job.specs.get(run)!];
  const images = { splits: data.splits, tested: data.test.count, classes: data.train.classes };
  const result = resultOf(spec, outcome, images, run.method.evidence?.(run.spec));
  const written = runInfo({
    identity,
    startedAt: sitting.startedAt,
    seconds: earlier + sitting.seconds(),
    waitShare: outcome.waitShare,
    peakMemoryMb: peakMemoryMb(),
    code: [...outcome.code],
    info,
    command: session.command,
  });
  await session.interrupt.finishing(async () => {
    await withRoom(title, waitingOf(session), () => writeResult(place.folder, result, written));
    if (result.status === 'complete') await place.finish();
  });
  const outcomeText =
    result.status === 'complete'
      ? measuresText(result.measures)
      : `saved after step ${outcome.done} of ${outcome.steps}`;
  session.log([`${title}: ${outcomeText}`, describeTiming(outcome)].filter((part) => part !== '').join('; '));
  return result;
}

/** Opens a run, at its beginning with what it goes on from. */
async function opened(job: ReadyJob, { run, title }: OneRun, trained: Bound, folder: string): Promise<OpenRun> {
  // `!`: a job has a record of each of its runs.
  const { spec, identity: id } = job.specs.get(run)!;
  await keepSpec(folder, spec);
  const origin = job.lineage.get(run);
  if (origin === undefined) return openRun(folder, id);
  return openRunFrom(folder, id, async () => {
    const { saved, lines } = await runAt(origin.folder, origin.identity, origin.step);
    job.session.log(`${title}: goes on from run ${shortIdentity(origin.identity)} after step ${origin.step}`);
    // It has another end, before which the test images are looked at.
    const own = lines.filter(({ kind, step }) => kind !== 'test' || isTestDue(trained, run.testPoints, step));
    // The graph of another arithmetic is another one, by the same code.
    const same = spec.segments?.every((one) => hash(one.arithmetic) === hash(spec.arithmetic)) === true;
    return { saved: { ...saved, code: same ? saved.code : [] }, lines: own };
  });
}

/** Where a process saves that is not the first: nowhere. */
const KEEPS_NOTHING: RunPort = {
  saved: undefined,
  append: () => undefined,
  lines: () => [],
  save: () => Promise.reject(new Error('a process that is not the first saves nothing')),
};

/** What the loop is asked for. */
function requestOf(
  { data, experiment, machine, session }: ReadyJob,
  { run, title, from, pace }: OneRun,
  { bound }: StoredSource,
  held: Held | undefined,
  progress: ProgressDisplay,
): Parameters<typeof trainRun>[0] {
  return {
    run: {
      bound,
      seed: run.seeds,
      // `!`: a job has images of each of its runs.
      data: data.get(run)!,
      testPoints: run.testPoints,
      ...(from && { from: () => weightsFrom(from.source, run) }),
      ...(run.init !== undefined &&
        run.evaluation === undefined && { init: async () => (await initialOf(run, session.runs)).initial }),
      measurings: measuringsOf(run.measurements, experiment.measurements),
    },
    port: held?.port ?? KEEPS_NOTHING,
    machine,
    session: {
      pace: {
        ...pace,
        goOn: (measured) => {
          progress.stop();
          return pace.goOn(measured);
        },
      },
      interrupted: session.interrupt.requested,
      onOtherCode: (since) => {
        const { log } = session;
        log(
          `${title}: the code of its step has changed since step ${since}, and the run is of both now. \`run.json\` says so; ${beginAnew(run)} makes it of this one alone.`,
        );
      },
      // An evaluation is quickly made again.
      ...(session.keepEvery !== undefined && run.evaluation === undefined && { keepEvery: session.keepEvery }),
      ...(session.profile === true &&
        held !== undefined && {
          onProfile: (profile: Profile) => {
            progress.stop();
            return keepProfile(held.place.folder, profile, (line) => session.log(`${title}: ${line}`));
          },
        }),
      ...(held?.board && { board: held.board }),
      onProgress: progress.update,
      onLook: progress.look,
    },
  };
}

/** The weights that an evaluation starts from; only process 0 reads them, and the others are told. */
async function weightsFrom(source: StoredSource, { startsFrom }: ResolvedRun): Promise<Weights> {
  if (startsFrom === 'first' || thisWorker().rank > 0) return firstWeights(source);
  return lastWeights(source, await savedRun(source.folder, source.identity));
}
