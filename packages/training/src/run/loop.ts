import { join } from 'node:path';
import { mkdir, rm } from 'node:fs/promises';
import { openLoader } from '@spatial-ensemble/datasets';
import { compileStep, hostScalar } from '@spatial-ensemble/engine';
import { seeds, stepMask, type Key } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import { loadCheckpoint, saveCheckpoint } from '../checkpoint/checkpoint.ts';
import { readState, restoreState } from '../checkpoint/state-tensors.ts';
import { streamsOf, type RunData } from '../data.ts';
import type { At, Batch, HostBatch, Method, State } from '../method.ts';
import { cadenceOf, CHECKPOINT_EVERY_MS } from './cadence.ts';
import { accuracy, classifier } from './evaluate.ts';
import { MetricsFile, type MetricsLine } from './metrics-file.ts';
import { addTo, EMPTY_WINDOW, means, type Window } from './window.ts';

/** What a loop needs to know. */
export interface LoopRequest<Spec> {
  readonly method: Method<Spec>;
  readonly spec: Spec;
  readonly seed: number;
  readonly identity: string;
  readonly data: RunData;
  /** The run's folder. */
  readonly folder: string;
  readonly precision: 'float32' | 'bfloat16';
  readonly xla: boolean;
  /** Threads that load and augment images. The batches do not depend on it. */
  readonly workers: number;
  /** Evaluate the test set so many times, at the end of the run; 1: after the last step only. */
  readonly testPoints: number;
  /** Begin anew, whatever is there. */
  readonly fresh: boolean;
  /** True once the user wants the run to stop; it is saved at the next step's end. */
  readonly interrupted: () => boolean;
  readonly onProgress: (progress: LoopProgress) => void;
}

export interface LoopProgress {
  readonly step: number;
  readonly steps: number;
  readonly loss: number | undefined;
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
  /** SHA-256 of the last checkpoint's tensors. */
  readonly weights: string;
  /** Share of the steps' time spent waiting for images. */
  readonly waitShare: number | undefined;
  readonly stepMs: number | undefined;
}

/** The file that holds a run's numbers over time. */
const METRICS_FILE = 'metrics.jsonl';

/**
 * Trains: loads, steps, measures, saves. Goes on from the last checkpoint in the folder; what it gives does not depend
 * on how often it was interrupted.
 */
export async function trainRun<Spec>(request: LoopRequest<Spec>): Promise<LoopOutcome> {
  const { method, spec, seed, identity, data, folder, workers } = request;
  const keys = seeds(seed);
  const steps = method.steps(spec);
  const cadence = cadenceOf(steps);
  const checkpoints = join(folder, 'checkpoint');
  if (request.fresh) await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const saved = await loadCheckpoint(checkpoints, identity);
  const initial = method.init(spec, keys.init);
  let state: State = saved === undefined ? initial : restoreState(initial, saved.tensors, checkpoints);
  let window: Window = saved?.manifest.window ?? EMPTY_WINDOW;
  const start = saved?.manifest.step ?? 0;
  const metrics = new MetricsFile(join(folder, METRICS_FILE), saved?.manifest.metricsBytes ?? 0);
  const step = compiledStep(method, spec, request);
  const classify = classifier(method, spec);
  const loader = openLoader({
    source: data.train,
    streams: streamsOf(method.views(spec), data.split),
    key: keys.data,
    startStep: start,
    steps,
    workers,
  });
  let weights = saved?.manifest.sha256 ?? '';
  let done = start;
  const save = async (): Promise<void> => {
    const manifest = await saveCheckpoint(checkpoints, readState(state), {
      identity,
      step: done,
      metricsBytes: metrics.sync(),
      window,
    });
    weights = manifest.sha256;
    savedAt = performance.now();
  };
  const measure = async (kind: 'curve' | 'test'): Promise<void> => {
    const set = kind === 'test' ? data.test : data.train;
    const indices = kind === 'test' ? undefined : data.split.heldOut;
    const [student, teacher] = [method.student(state), method.teacher(state)];
    const studentAccuracy = await accuracy(classify, student, set, indices);
    // Where the student teaches itself, one measurement is both.
    const teacherAccuracy = teacher === student ? studentAccuracy : await accuracy(classify, teacher, set, indices);
    metrics.append({ kind, step: done, studentAccuracy, teacherAccuracy });
  };
  let savedAt = performance.now();
  let waitedBefore = 0;
  let stepping = 0;
  const timing = (): Pick<LoopProgress, 'stepMs' | 'waitShare'> => {
    const counted = done - start - 1;
    return counted > 0
      ? { stepMs: stepping / counted, waitShare: (loader.waitedMs - waitedBefore) / stepping }
      : { stepMs: undefined, waitShare: undefined };
  };
  try {
    if (saved === undefined && data.split.heldOut.length > 0) await measure('curve');
    while (done < steps) {
      if (request.interrupted()) break;
      const asked = performance.now();
      const next = await loader.next();
      if (next.done === true) throw new Error(`the loader ended before step ${done}`);
      const [newState, values] = await step.run(
        state,
        next.value.streams as unknown as HostBatch,
        atOf(method, spec, done, keys.mask),
      );
      state = newState;
      done += 1;
      window = addTo(window, step.names(), values);
      // The first step waits for the workers to start, and is traced.
      if (done - start === 1) waitedBefore = loader.waitedMs;
      else stepping += performance.now() - asked;
      if (done % cadence.metrics === 0 || done === steps) {
        metrics.append({ kind: 'train', step: done, count: window.count, ...means(window) });
        window = EMPTY_WINDOW;
      }
      if ((done % cadence.curve === 0 || done === steps) && data.split.heldOut.length > 0) await measure('curve');
      if (cadence.isTestPoint(done, request.testPoints)) await measure('test');
      const due = done % cadence.checkpoint === 0 || performance.now() - savedAt > CHECKPOINT_EVERY_MS;
      if (done === steps || (due && !request.interrupted())) await save();
      request.onProgress({ step: done, steps, loss: values[step.names().indexOf('loss')], ...timing() });
    }
    if (done < steps) await save();
    return { done, steps, lines: metrics.lines(), weights, ...timing() };
  } finally {
    await loader.close();
    metrics.close();
    tf.dispose(state as tf.TensorContainer);
    step.dispose();
    classify.dispose();
  }
}

function atOf<Spec>(method: Method<Spec>, spec: Spec, step: number, mask: Key): At {
  const scalars = Object.fromEntries(
    Object.entries(method.at(spec, step)).map(([name, value]) => [name, hostScalar(value)]),
  );
  return { scalars, key: stepMask(mask, step) } as unknown as At;
}

/** The method's step, compiled, with its metrics in one vector: one read a step. */
function compiledStep<Spec>(
  method: Method<Spec>,
  spec: Spec,
  { precision, xla }: LoopRequest<Spec>,
): {
  run(state: State, batch: HostBatch, at: At): Promise<readonly [State, ArrayLike<number>]>;
  names(): readonly string[];
  dispose(): void;
} {
  const step = method.step(spec);
  let names: readonly string[] = [];
  const fn = (state: State, batch: Batch, at: At): readonly [State, tf.Tensor] => {
    const [next, metrics] = step(state, batch, at);
    names = Object.keys(metrics).sort();
    return [next, tf.stack(names.map((name) => metrics[name]!))];
  };
  const compiled = compileStep(fn, { name: `${method.name}.step`, precision, xla });
  return {
    async run(state, batch, at) {
      const [next, vector] = await compiled.async(state, batch as unknown as Batch, at);
      const values = vector.dataSync();
      vector.dispose();
      const broken = names.find((_, i) => !Number.isFinite(values[i]));
      if (broken !== undefined)
        throw new Error(`${broken} is ${values[names.indexOf(broken)]}: training diverged. Lower the learning rate.`);
      return [next, values];
    },
    names: () => names,
    dispose: () => compiled.dispose(),
  };
}
