import { isHostTensor, type HostTensor } from '@spatial-ensemble/engine';
import { seeds, type Seed } from '@spatial-ensemble/random';
import type { MetricsLine } from '@spatial-ensemble/record';
import * as tf from '@tensorflow/tfjs-core';
import type { Bound } from '../bound.ts';
import { streamsOf, type RunData } from '../data.ts';
import type { Variables } from '../method.ts';
import { imageBatches } from './batches.ts';
import { cadenceOf } from './cadence.ts';
import type { Listener } from './moment.ts';
import type { RunPort } from './port.ts';
import { sameVariables } from './same-variables.ts';

/** Where a run is watched while it is trained. What it has of a step under a tag is not shown a second time. */
export interface Board {
  has(tag: string, step: number): boolean;
  scalar(tag: string, value: number, step: number): void;
  /** @param values float32, of any shape; they are the caller's */
  histogram(tag: string, values: tf.Tensor, step: number): void;
  /** @param images bytes, `[n, height, width, channels]` */
  images(tag: string, images: HostTensor, step: number): void;
  /** Whoever looks sees everything so far. */
  flush(): void;
}

/** What is watched. */
export interface WatchedRun {
  readonly bound: Bound;
  readonly seed: Seed;
  readonly data: RunData;
}

/** How many images of the first batch are shown. */
const IMAGES_SHOWN = 8;

/**
 * Shows a run on a board: the numbers of its lines as they are in `metrics.jsonl` (`train/loss`, `held-out/…`, `measured/…`, `test/…`),
 * the scheduled numbers of the step that ends a line (`schedule/…`), at each point of a series how far the teacher is from
 * the student (`distance/…`, `relative distance`), and once the first images as each view augments them (`views/…`). It reads what it
 * shows, and the run is the same with it and without.
 *
 * @returns the port that the run writes its lines to, and what is told of its moments
 */
export function onBoard(
  run: WatchedRun,
  port: RunPort,
  board: Board,
): { readonly port: RunPort; readonly listener: Listener } {
  const { trainable, steps } = run.bound;
  const { points } = cadenceOf(steps);
  showLines(run.bound, port.lines(), board);
  return {
    port: {
      ...port,
      append(line) {
        port.append(line);
        showLines(run.bound, [line], board);
      },
    },
    async listener({ done, taken, settled }) {
      if (taken === 0) await showViews(run, board);
      if (done % points !== 0 && done !== steps) return undefined;
      const state = await settled();
      await showDistance(trainable.teacher(state), trainable.student(state), done, board);
      board.flush();
      return undefined;
    },
  };
}

/** Shows the numbers of lines. */
export function showLines({ trainable }: Bound, lines: readonly MetricsLine[], board: Board): void {
  for (const { kind, step, values } of lines) {
    for (const [name, value] of Object.entries(values)) board.scalar(`${kind}/${name}`, value, step);
    if (kind !== 'train') continue;
    for (const [name, value] of Object.entries(scheduled(trainable.at(step - 1))))
      board.scalar(`schedule/${name}`, value, step);
  }
  board.flush();
}

/** A step is fed 1 − momentum, of which float32 keeps more digits; people think in momentum. */
function scheduled(numbers: { readonly [name: string]: number }): { readonly [name: string]: number } {
  return Object.fromEntries(
    Object.entries(numbers).map(([name, value]) => {
      const [, whole] = /^(.+)Complement$/.exec(name) ?? [];
      return whole === undefined ? [name, value] : [whole, 1 - value];
    }),
  );
}

const RELATIVE = 'relative distance';

/**
 * Histograms of what the teacher's parameters have beyond the student's, one for each variable, and of ‖teacher − student‖ ÷
 * ‖student‖ over the variables that both have. None where the student teaches itself.
 */
async function showDistance(teacher: Variables, student: Variables, step: number, board: Board): Promise<void> {
  const names = Object.keys(teacher.params).filter((name) => student.params[name] !== undefined);
  if (names.length === 0 || sameVariables(teacher, student) || board.has(RELATIVE, step)) return;
  const norms = tf.tidy(() =>
    tf.stack(
      names.map((name) => {
        // `!`: both have it.
        const learnt = student.params[name]!;
        const beyond = tf.sub(teacher.params[name]!, learnt);
        board.histogram(`distance/${name}`, beyond, step);
        return tf.stack([tf.norm(beyond), tf.norm(learnt)]);
      }),
    ),
  );
  const pairs = (await norms.array()) as [number, number][];
  norms.dispose();
  const shares = pairs.filter(([, length]) => length > 0).map(([apart, length]) => apart / length);
  if (shares.length > 0) tf.tidy(() => board.histogram(RELATIVE, tf.tensor1d(shares), step));
}

/** Shows the first images of the first batch, in each view. */
async function showViews({ bound, data, seed }: WatchedRun, board: Board): Promise<void> {
  const { trainable, steps } = bound;
  // What is fed with features has no views of its own; and pictures have one, three or four channels.
  if (trainable.feeds !== undefined || steps === 0 || ![1, 3, 4].includes(data.train.channels)) return;
  // The first of a batch do not depend on how many follow.
  const streams = streamsOf(trainable.streams, data.split).map((stream) => ({
    ...stream,
    batch: Math.min(stream.batch, IMAGES_SHOWN),
  }));
  const options = { source: data.train, streams, key: seeds(seed).data, startStep: 0, steps: 1, workers: 0 };
  if (streams.every(({ name, views }) => board.has(`views/${name}/${views[0]!.name}/image/0`, 0))) return;
  const batches = imageBatches(options);
  try {
    const batch = await batches.next();
    for (const { name, views } of streams)
      for (const { name: view } of views) {
        const images = batch[name]?.[view];
        if (isHostTensor(images)) board.images(`views/${name}/${view}`, images, 0);
      }
  } finally {
    await batches.close();
  }
}
