import { flattenTree } from '@spatial-ensemble/engine';
import { seeds, type Seed } from '@spatial-ensemble/random';
import type { Measure, MetricDeclarations, MetricsLine, Score, Window } from '@spatial-ensemble/record';
import * as tf from '@tensorflow/tfjs-core';
import { readState, restoreState } from './state-tensors.ts';
import { streamsOf, type RunData } from '../data.ts';
import type { Bound } from '../bound.ts';
import type { State, Weights } from '../method.ts';
import { imageBatches, type Batches } from './batches.ts';
import { cachedBatches } from './cached-batches.ts';
import { cadenceOf, CHECKPOINT_EVERY_MS } from './cadence.ts';
import { atOf, compiledStep, type StepOptions } from './compiled-step.ts';
import { scorerOf } from './evaluate.ts';
import type { OnLook } from './evaluation-batches.ts';
import { firstState } from './first-state.ts';
import { HELD_OUT } from './held-out.ts';
import { measured, type Measuring } from './measure.ts';
import type { RunPort } from './port.ts';
import { savedOnFailure } from './saved-on-failure.ts';
import { addTo, EMPTY_WINDOW, firstOf, means } from './window.ts';

/** What a loop needs to know. */
export interface LoopRequest extends StepOptions {
  readonly bound: Bound;
  readonly seed: Seed;
  readonly data: RunData;
  /** Where the run saves itself, and what it goes on from. */
  readonly port: RunPort;
  /** Threads that load and augment images. The batches do not depend on it. */
  readonly workers: number;
  /** Evaluate the test set so many times, at the end of the run; 1: after the last step only. */
  readonly testPoints: number;
  /** The weights that an evaluation starts from. Their tensors are the loop's. */
  readonly from?: () => Promise<Weights>;
  /** What is measured after the last step. */
  readonly measurings?: readonly Measuring[];
  /** Asked after the first steps of this sitting, if more are to come; false: the run is saved and left there. */
  readonly pace?: { readonly steps: number; readonly goOn: (pace: Pace) => Promise<boolean> };
  /** True once the user wants the run to stop; it is saved at the next step's end. */
  readonly interrupted: () => boolean;
  readonly onProgress: (progress: LoopProgress) => void;
  /** Told while images are looked at without training: for a curve, for the test, for their features. */
  readonly onLook?: OnLook;
}

/** What the first steps tell of the rest. */
export interface Pace {
  readonly stepMs: number;
  /** Steps that are left. */
  readonly left: number;
  /** Bytes of tensors in a checkpoint. */
  readonly checkpointBytes: number;
}

export interface LoopProgress {
  readonly step: number;
  readonly steps: number;
  /** The first metric that the method declares, at this step; undefined where the step has none. */
  readonly shown: { readonly title: string; readonly value: number } | undefined;
  /** Milliseconds a step, loading included; undefined until a step has been timed. */
  readonly stepMs: number | undefined;
  /** Share of that time spent waiting for images. */
  readonly waitShare: number | undefined;
}

/** How a loop ended. */
export interface LoopOutcome {
  readonly done: number;
  readonly steps: number;
  readonly lines: readonly MetricsLine[];
  /** What its steps showed. */
  readonly metrics: MetricDeclarations;
  /** What was counted on the test images. */
  readonly scores: readonly Score[];
  /** Whether the best of those is reported beside the last. */
  readonly best: boolean;
  /** What was measured after the last step. */
  readonly measures: readonly Measure[];
  /** SHA-256 of the last checkpoint's tensors. */
  readonly weights: string;
  /** Share of the steps' time spent waiting for images. */
  readonly waitShare: number | undefined;
  readonly stepMs: number | undefined;
}

/**
 * Trains: loads, steps, measures, saves. Goes on from what was saved; what it gives does not depend
 * on how often it was interrupted.
 */
export async function trainRun(request: LoopRequest): Promise<LoopOutcome> {
  const { bound, seed, data, port, workers, onLook = () => undefined } = request;
  const keys = seeds(seed);
  const { steps, scores, metrics, trainable } = bound;
  const cadence = cadenceOf(steps);
  const { saved } = port;
  const initial = firstState(trainable, keys.init, await request.from?.());
  let state: State = saved === undefined ? initial : restoreState(initial, saved);
  let window: Window = saved?.window ?? EMPTY_WINDOW;
  const start = saved?.step ?? 0;
  const step = compiledStep(bound, request);
  const scorer = scorerOf(bound);
  const bestEvery = Math.min(...scores.map(({ bestEvery: every }) => every ?? Infinity));
  const view = trainable.classifies?.view ?? [];
  const batches = await batchesFor(request, state, start);
  let weights = saved?.weights ?? '';
  let done = start;
  let savedStep = saved === undefined ? -1 : start;
  const save = async (): Promise<void> => {
    weights = await port.save(readState(state), { step: done, window });
    savedStep = done;
    savedAt = performance.now();
  };
  const orSaved = savedOnFailure(async () => {
    if (savedStep !== done) await save();
    return done;
  });
  const measure = async (kind: 'held-out' | 'test'): Promise<void> => {
    const asked = kind === 'test' ? scores : HELD_OUT.map(({ score }) => score);
    const looked = kind === 'test' ? { set: data.test } : { set: data.train, indices: data.split.heldOut };
    const shown = { ...looked, view, workers, onLook };
    const values = await scorer.score(asked, trainable.student(state), trainable.teacher(state), shown);
    port.append({ kind, step: done, values });
  };
  const curve = trainable.classifies !== undefined && data.split.heldOut.length > 0;
  // A run that failed at a look, for a damaged image, was saved before it.
  const looked = port.lines().filter((line) => line.step === start);
  const lookAt = async (kind: 'held-out' | 'test', due: boolean): Promise<void> => {
    if (!due || (done === start && looked.some((line) => line.kind === kind))) return;
    await orSaved(`the look at images after step ${done}`, () => measure(kind));
  };
  const looks = async (): Promise<void> => {
    await lookAt('held-out', curve && (done % cadence.points === 0 || done === steps));
    const looksAtTest = done % bestEvery === 0 || cadence.isTestPoint(done, request.testPoints);
    await lookAt('test', scores.length > 0 && done > 0 && looksAtTest);
  };
  let savedAt = performance.now();
  let waitedBefore = 0;
  let stepping = 0;
  const timing = (): Pick<LoopProgress, 'stepMs' | 'waitShare'> => {
    const counted = done - start - 1;
    return counted > 0
      ? { stepMs: stepping / counted, waitShare: (batches.waitedMs - waitedBefore) / stepping }
      : { stepMs: undefined, waitShare: undefined };
  };
  try {
    await looks();
    while (done < steps) {
      if (request.interrupted()) break;
      const asked = performance.now();
      const batch = await orSaved(`step ${done + 1}`, () => batches.next());
      const [newState, values] = await step.run(state, batch, atOf(trainable, done, keys.mask), done + 1);
      state = newState;
      done += 1;
      window = addTo(window, values);
      // The first step waits for the workers to start, and is traced.
      if (done - start === 1) waitedBefore = batches.waitedMs;
      else stepping += performance.now() - asked;
      if (done % cadence.metrics === 0 || done === steps) {
        port.append({ kind: 'train', step: done, count: window.count, values: means(window), counts: window.counts });
        window = EMPTY_WINDOW;
      }
      await looks();
      const due = done % cadence.checkpoint === 0 || performance.now() - savedAt > CHECKPOINT_EVERY_MS;
      if (done === steps || (due && !request.interrupted())) await save();
      request.onProgress({ step: done, steps, shown: firstOf(metrics, values), ...timing() });
      if (
        done - start === request.pace?.steps &&
        done < steps &&
        !(await goesOn(request, state, timing(), steps - done))
      )
        break;
    }
    if (done < steps) await save();
    const measures =
      done < steps
        ? []
        : await orSaved('the measurements after the last step', () =>
            measured({ bound, seed, data, state, workers, onLook }, request.measurings ?? []),
          );
    const best = bestEvery !== Infinity;
    return { done, steps, lines: port.lines(), metrics, scores, best, measures, weights, ...timing() };
  } finally {
    await batches.close();
    tf.dispose(state as tf.TensorContainer);
    step.dispose();
    scorer.dispose();
  }
}

/** Batches of images, or of their features where the method's input does not change. */
async function batchesFor(request: LoopRequest, state: State, startStep: number): Promise<Batches> {
  const { bound, seed, data, workers, onLook } = request;
  const options = {
    source: data.train,
    streams: streamsOf(bound.trainable.streams, data.split),
    key: seeds(seed).data,
    startStep,
    steps: bound.steps,
    workers,
    ...(onLook && { onLook }),
  };
  return (await cachedBatches(bound, state, options)) ?? imageBatches(options);
}

function goesOn(
  { pace }: LoopRequest,
  state: State,
  { stepMs }: Pick<LoopProgress, 'stepMs'>,
  left: number,
): Promise<boolean> {
  const values = flattenTree(state, 'state').leaves.reduce((sum, leaf) => sum + (leaf as tf.Tensor).size, 0);
  return pace!.goOn({ stepMs: stepMs!, left, checkpointBytes: 4 * values });
}
