import { useTensorFlow, type HostTensor } from '@spatial-ensemble/engine';
import { parse, seriesKey, type MeasurementRecipe, type MetricsLine } from '@spatial-ensemble/record';
import * as tf from '@tensorflow/tfjs-core';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { bound, type Bound } from '../bound.ts';
import type { Measurement } from '../measurement.ts';
import type { Batch, Machine, Method } from '../method.ts';
import { firstWeights } from '../run/first-state.ts';
import { trainRun, type LoopOutcome } from '../run/loop.ts';
import { memoryPort, NOTHING, type Kept } from './memory-port.ts';
import { MOVED, withMovedUnits } from './moved-units.ts';
import { SEED, tinyData } from './run-tiny.ts';

/** Several batches of images that are looked at, the last of them not full. */
const LOOKED_AT = 1100;
/** The step after which the last process, alone, wishes the run to be left. */
const LEFT_AFTER = 5;

/** What one process says of the runs that it took part in. */
export interface SharedRuns {
  readonly whole: SharedRun;
  /** The same, but for the order in which it is summed. */
  readonly reordered?: SharedRun;
  /** The same once more. */
  readonly again?: SharedRun;
  /** The same, whose processes accumulate gradients. */
  readonly accumulated?: SharedRun;
  /** The same, left because one process wished it, and gone on with. */
  readonly resumed?: SharedRun;
  /** The step after which it was left. */
  readonly leftAfter?: number;
  /** Tensors that are left behind. */
  readonly left: number;
}

export interface SharedRun {
  readonly weights: string;
  readonly lines: readonly MetricsLine[];
  /** Which units of the teacher each step moved, in process 0; nothing of a method without masks. */
  readonly masks?: Masks;
  /** SHA-256 of features of the untrained encoder and of pixels, where the method has an encoder. */
  readonly looked: readonly string[];
  /** What was saved last, as process 0 has it: float32 values by name, in base64. */
  readonly tensors: { readonly [name: string]: string };
}

/** The masks of all steps, as they were applied to the teacher's kernels. */
interface Masks {
  /** Of a bit a unit and step. */
  readonly sha256: string;
  readonly moved: number;
  readonly all: number;
}

/** How the runs of a process are run. */
export interface SharedOptions<Spec> {
  /** Of `smoke`'s spec, what is to be otherwise. */
  readonly patch: (smoke: Spec) => Spec;
  /**
   * What is the same in another order of summing, to tell what such an order does to the weights: micro-batches, or, where
   * the method has none, the rows of every batch turned round.
   */
  readonly reordered: Machine | 'rows';
  /** How each of several processes accumulates gradients, where the method does. */
  readonly accumulating?: Machine;
  /** The run whose weights, before its first step, it starts from. Only process 0 is given those. */
  readonly from?: Bound;
  /** `hosts`, joined by commas, or nothing; the process's number; `again` where the runs are to be made again too. */
  readonly args: readonly string[];
}

/**
 * The program of a test that compares a run in one process with the same in several: trains a method's spec as `smoke`
 * shrinks it, on the embedded grey images. The process's arithmetic is one thread's.
 */
export async function runShared<Spec>(
  method: Method<Spec>,
  input: unknown,
  { patch, reordered, accumulating, from, args: [hosts = '', rank = '0', ...rest] }: SharedOptions<Spec>,
): Promise<SharedRuns> {
  const cluster = hosts === '' ? undefined : { hosts: hosts.split(','), rank: Number(rank), joinSeconds: 100 };
  await useTensorFlow({ threads: { intra: 1, inter: 1 }, ...(cluster && { cluster }) });
  const smoke = method.smoke(parse(method.schema, input, method.name));
  const spec = parse(method.schema, patch(smoke), `${method.name}, shared`);
  const boundAs = (machine?: Machine): Bound => {
    const of = bound(method, spec, machine);
    return 'preserveRate' in of.metrics ? withMovedUnits(of) : of;
  };
  const tiny = boundAs();
  const data = await tinyData(LOOKED_AT);
  const before = tf.memory().numTensors;

  const train = async (of: Bound, kept: Kept, leaves = false): Promise<[SharedRun, LoopOutcome, Kept]> => {
    let done = 0;
    const looked: string[] = [];
    const port = memoryPort(kept);
    const outcome = await trainRun({
      run: {
        bound: of,
        seed: SEED,
        data,
        testPoints: 1,
        // What the others are given has the same names and shapes, and nothing else.
        ...(from && { from: async () => firstWeights({ bound: from, seed: SEED + Number(rank) }) }),
        measurings:
          of.trainable.encodes === undefined ? [] : [{ name: 'digests', measurement: digests(looked), spec: {} }],
      },
      port,
      machine: { precision: 'float32', xla: false, workers: 1 },
      session: {
        interrupted: () => leaves && done >= LEFT_AFTER && Number(rank) === (cluster?.hosts.length ?? 1) - 1,
        onProgress: ({ step }) => void (done = step),
      },
    });
    const left = port.kept();
    const { weights, lines } = outcome;
    const own = Number(rank) === 0 ? { ...masksOf(left), tensors: textOf(left) } : { tensors: {} };
    return [{ weights, lines, looked, ...own }, outcome, left];
  };

  const [whole] = await train(tiny, NOTHING);
  let more: Partial<SharedRuns> = {};
  if (cluster === undefined) {
    const other = reordered === 'rows' ? turned(tiny) : boundAs(reordered);
    more = { reordered: (await train(other, NOTHING))[0] };
  } else {
    const [, { done }, kept] = await train(tiny, NOTHING, true);
    const [resumed] = await train(tiny, kept);
    more = { resumed, leftAfter: done };
    if (rest.includes('again')) more = { ...more, again: (await train(tiny, NOTHING))[0] };
    if (accumulating) more = { ...more, accumulated: (await train(boundAs(accumulating), NOTHING))[0] };
  }
  return { whole, ...more, left: tf.memory().numTensors - before };
}

/** Where the masks lie among what is saved. */
const isMasks = (name: string): boolean => name.split('.').at(-1) === MOVED;

function textOf({ saved }: Kept): { [name: string]: string } {
  return Object.fromEntries(
    [...(saved?.tensors ?? [])]
      .filter(([name]) => !isMasks(name))
      .map(([name, { data }]) => [name, Buffer.from(Float32Array.from(data).buffer).toString('base64')]),
  );
}

function masksOf({ saved }: Kept): { masks?: Masks } {
  const found = [...(saved?.tensors ?? [])].find(([name]) => isMasks(name));
  if (found === undefined) return {};
  const bits = Uint8Array.from(found[1].data as Float32Array);
  const moved = bits.reduce((sum, bit) => sum + bit, 0);
  return { masks: { sha256: createHash('sha256').update(bits).digest('hex'), moved, all: bits.length } };
}

/** The same step of batches whose last row is the first. */
function turned(of: Bound): Bound {
  const { trainable } = of;
  const turn = (batch: Batch): Batch =>
    Object.fromEntries(
      Object.entries(batch).map(([stream, views]) => [
        stream,
        Object.fromEntries(
          Object.entries(views).map(([view, x]) => [
            view,
            tf.reverse(x.dtype === 'float32' ? x : tf.cast(x, 'int32'), 0),
          ]),
        ),
      ]),
    );
  return { ...of, trainable: { ...trainable, step: (state, batch, at) => trainable.step(state, turn(batch), at) } };
}

const Nothing = z.strictObject({});
const RECIPE: MeasurementRecipe<unknown> = { name: 'digests', version: 1, schema: Nothing, makes: () => [] };

const MEANWHILE = { name: 'meanwhile', title: 'meanwhile', whose: 'none', unit: '', summed: 'last' } as const;

/** Looks at features that do not depend on what was learnt: after the last step, and some while the run trains. */
function digests(looked: string[]): Measurement<unknown> {
  return {
    ...RECIPE,
    whileTraining: () => ({
      every: 8,
      series: [MEANWHILE],
      async look(tools) {
        const { data, shape } = await tools.features('untrained', 'held-out');
        looked.push(digest({ data, shape }));
        return { [seriesKey(MEANWHILE)]: (data as Float32Array).reduce((sum, one) => sum + one, 0) / data.length };
      },
    }),
    async measure(_, tools) {
      for (const [of, images] of [
        ['untrained', 'test'],
        ['untrained', 'bank'],
        ['pixels', 'test'],
      ] as const)
        looked.push(digest(await tools.features(of, images, LOOKED_AT)));
      return [];
    },
  };
}

function digest({ data, shape }: HostTensor): string {
  const { buffer, byteOffset, byteLength } = data as Float32Array;
  return createHash('sha256')
    .update(JSON.stringify(shape))
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest('hex');
}
