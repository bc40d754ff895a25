import { byFirst, thisWorker, type Profile } from '@spatial-ensemble/engine';
import { seeds, type Seed } from '@spatial-ensemble/random';
import type { Measure, MetricDeclarations, MetricsLine, Score } from '@spatial-ensemble/record';
import * as tf from '@tensorflow/tfjs-core';
import type { Bound } from '../bound.ts';
import { streamsOf, type RunData } from '../data.ts';
import type { LookedAt } from '../measurement.ts';
import type { State, Weights } from '../method.ts';
import { agreement } from './agreement.ts';
import { imageBatches, NO_BATCHES, type Batches } from './batches.ts';
import { cachedBatches } from './cached-batches.ts';
import { onBoard, type Board } from './board.ts';
import type { StepOptions } from './compiled-step.ts';
import type { LookingSession, OnLook } from './evaluation-batches.ts';
import { firstState } from './first-state.ts';
import { withInitial, type Initial } from './initial.ts';
import { unlessInterrupted } from './look-interrupted.ts';
import { bestEveryOf, looking } from './looking.ts';
import { measured, type Measuring } from './measure.ts';
import { measuredSeries, refuseLooks, whileTraining } from './measured-looks.ts';
import { ownMeasures } from './own-measures.ts';
import { tell, type Listener, type Timing } from './moment.ts';
import { paces, type Pacing } from './pacing.ts';
import type { RunPort, StepCode } from './port.ts';
import { saving } from './saving.ts';
import { sameRun, sharedPort, stateOf } from './shared-run.ts';
import { codeSince, noticesOtherCode } from './step-code.ts';
import { stepping } from './stepping.ts';
import { EMPTY_WINDOW, firstOf } from './window.ts';

/** What is trained, tested and measured: all that decides what comes out. */
export interface LoopRun {
  readonly bound: Bound;
  readonly seed: Seed;
  readonly data: RunData;
  /**
   * The weights that an evaluation starts from. Their tensors are the loop's. Where several processes train it, those of
   * process 0 count: the others may give any of the same names and shapes.
   */
  readonly from?: () => Promise<Weights>;
  /** Weights of somebody else that the first state takes; read unless it goes on from what was saved. */
  readonly init?: () => Promise<Initial>;
  /** Evaluate the test set so many times, at the end of the run; 1: after the last step only. */
  readonly testPoints: number;
  /** What is measured after the last step, and, where a measurement asks for it, looked at before. */
  readonly measurings?: readonly Measuring[];
}

/** What it is trained on. */
export interface LoopMachine extends StepOptions {
  /** Threads that load and augment images. The batches do not depend on it. */
  readonly workers: number;
}

/** Who watches. Where several processes train a run, all are given the same numbers here; process 0's `goOn` is asked. */
export interface LoopSession {
  readonly pace?: Pacing;
  /** What is saved after each multiple of so many steps is kept for good; undefined: the last alone. */
  readonly keepEvery?: number;
  /** Told where the step is not by the code that took those until `since`, so that the run is of both. */
  readonly onOtherCode?: (since: number) => void;
  /** True once the user wants the run to stop: it is saved at the next step's end, and a look at images is left after its batch. */
  readonly interrupted: () => boolean;
  readonly onProgress: (progress: LoopProgress) => void;
  /**
   * Told where the time of a step goes; undefined: that is not measured. The run is the same with it and without. Of a
   * process on its own alone.
   */
  readonly onProfile?: (profile: Profile) => Promise<void>;
  /** Where the run is watched; the run is the same with it and without. Of several processes, process 0 alone is given one. */
  readonly board?: Board;
  /** Told while images are looked at without training: for a curve, for the test, for their features. */
  readonly onLook?: OnLook;
}

/** What a loop needs to know. */
export interface LoopRequest {
  readonly run: LoopRun;
  /** Where the run saves itself, and what it goes on from: process 0's, where several train it. */
  readonly port: RunPort;
  readonly machine: LoopMachine;
  readonly session: LoopSession;
}

export interface LoopProgress extends Timing {
  readonly step: number;
  readonly steps: number;
  /** The first metric that the method declares, over the last steps that were added up; undefined where there is none. */
  readonly shown: { readonly title: string; readonly value: number } | undefined;
}

/** How a loop ended. */
export interface LoopOutcome extends Timing {
  readonly done: number;
  readonly steps: number;
  /** Whether all steps were taken, and all that follows them. */
  readonly complete: boolean;
  readonly lines: readonly MetricsLine[];
  /** What its steps showed. */
  readonly metrics: MetricDeclarations;
  /** What was counted on the test images. */
  readonly scores: readonly Score[];
  /** Whether the best of those is reported beside the last. */
  readonly best: boolean;
  /** What measurements looked at while it trained. */
  readonly looked: readonly LookedAt[];
  /** What was measured after the last step. */
  readonly measures: readonly Measure[];
  /** SHA-256 of the last checkpoint's tensors. */
  readonly weights: string;
  /** What took its steps. */
  readonly code: readonly StepCode[];
}

/**
 * Trains a run and tells its listeners of every moment: who writes its numbers, looks at images, saves it, shows how far
 * it is, asks whether to go on. Goes on from what was saved; what it gives does not depend on how often it was
 * interrupted.
 *
 * Called in each process of a cluster with the same run, the processes train it together: each its rows of every batch, and
 * its part of the images that are looked at; the weights are the same in all, bit for bit, and so is the outcome. Process 0
 * alone saves. A process whose image is damaged ends, and the others with it; the run goes on from its last checkpoint.
 *
 * @throws Error for a batch that the processes cannot share; where they are not given the same run and images; where a
 *   measurement cannot look while it trains
 */
export async function trainRun({ run, machine, session, ...request }: LoopRequest): Promise<LoopOutcome> {
  const { bound, seed, data, testPoints, measurings = [] } = run;
  const { interrupted, onLook, pace } = session;
  const { rank, workers: processes } = thisWorker();
  if (processes > 1 && session.onProfile !== undefined)
    throw new Error('where the time of a step goes is measured in a process on its own: leave the profile out');
  refuseLooks(run, whileTraining(measurings));
  await sameRun(run);
  const shared = await sharedPort(request.port);
  const { workers } = machine;
  const { steps, scores, metrics, trainable } = bound;
  const { saved } = shared;
  const drawn = firstState(trainable, seeds(seed).init, await run.from?.());
  const first = withInitial(trainable, drawn, saved === undefined ? await run.init?.() : undefined);
  const state = await stateOf(first, saved);
  const start = saved?.step ?? 0;
  const watching = { workers, interrupted, ...(onLook && { onLook }) };
  const best = bestEveryOf(scores) !== undefined;
  const left = { steps, metrics, scores, best, looked: measuredSeries(measurings) };
  const batches = await unlessInterrupted(() => batchesFor(run, state, start, watching));
  if (batches === undefined) {
    tf.dispose(state as tf.TensorContainer);
    const untimed = { stepMs: undefined, waitShare: undefined };
    return {
      ...left,
      ...untimed,
      done: start,
      complete: false,
      lines: shared.lines(),
      measures: [],
      weights: saved?.weights ?? '',
      code: saved?.code ?? [],
    };
  }
  const watched = session.board && onBoard(run, shared, session.board);
  const port = watched?.port ?? shared;
  let shown: LoopProgress['shown'];
  const asks = agreement(() => ({ stop: interrupted(), save: rank === 0 && saves.overdue() }));
  const taking = stepping({
    bound,
    seed,
    state,
    start,
    agreement: asks,
    window: saved?.window ?? EMPTY_WINDOW,
    batches,
    onLine(line) {
      port.append(line);
      shown = firstOf(metrics, line);
    },
    onProfile: session.onProfile,
    ...machine,
  });
  const saves = saving(port, taking, { agreement: asks, keepEvery: session.keepEvery });
  const { orSaved } = saves;
  const looks = looking({ bound, seed, data, port, testPoints, measurings, orSaved, session: watching });
  const listeners: Listener[] = [
    looks.listener,
    ...(watched ? [watched.listener] : []),
    saves.listener,
    showsProgress(() => shown, session.onProgress),
    noticesOtherCode(saved, taking.graph, session.onOtherCode ?? (() => undefined)),
    ...(pace === undefined ? [] : [paces({ ...pace, goOn: (told) => byFirst(() => pace.goOn(told)) })]),
  ];
  try {
    const measures = await unlessInterrupted(async () => {
      for await (const moment of taking.moments(saves.orSaved))
        if ((await tell(listeners, moment)) === 'stop' || asks.stops(moment.done)) break;
      const { done, settled } = taking.now();
      if (done < steps) return saves.now().then(() => undefined);
      const ready = { bound, seed, data, state: await settled(), looking: watching };
      return saves.orSaved('the measurements after the last step', async () => [
        ...(await ownMeasures(ready)),
        ...(await measured(ready, measurings)),
      ]);
    });
    const { done, timing } = taking.now();
    const complete = measures !== undefined;
    return {
      ...left,
      ...timing(),
      done,
      complete,
      lines: port.lines(),
      measures: measures ?? [],
      weights: saves.weights(),
      code: codeSince(saved, taking.graph()),
    };
  } finally {
    await batches.close();
    await taking.dispose();
    looks.dispose();
  }
}

function showsProgress(shown: () => LoopProgress['shown'], onProgress: LoopSession['onProgress']): Listener {
  return async ({ done: step, steps, taken, timing }) => {
    if (taken > 0) onProgress({ step, steps, shown: shown(), ...timing() });
    return undefined;
  };
}

/** Batches of images, or of their features where the method's input does not change. */
async function batchesFor(
  { bound, seed, data }: LoopRun,
  state: State,
  startStep: number,
  looking: LookingSession & Pick<LoopMachine, 'workers'>,
): Promise<Batches> {
  if (Object.keys(bound.trainable.streams).length === 0) return NO_BATCHES;
  const options = {
    source: data.train,
    streams: streamsOf(bound.trainable.streams, data.split),
    share: thisWorker(),
    key: seeds(seed).data,
    startStep,
    steps: bound.steps,
    workers: looking.workers,
  };
  return (await cachedBatches(bound, state, options, looking)) ?? imageBatches(options);
}
