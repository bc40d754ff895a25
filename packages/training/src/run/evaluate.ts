import { compile, gatherOnHost, type Compiled, type HostTensor } from '@spatial-ensemble/engine';
import * as tf from '@tensorflow/tfjs-core';
import { evaluationBatches, type Looked } from './evaluation-batches.ts';
import { sameVariables } from './same-variables.ts';
import type { Variables } from '@spatial-ensemble/nn';
import { seriesKey, type Score } from '@spatial-ensemble/record';
import type { Bound } from '../bound.ts';

/** The classes that a network holds for most probable, best first, int32 `[n]` or `[n, top]`. */
export type Classifier = Compiled<readonly [Variables, HostTensor], tf.Tensor>;

/**
 * Compiles a method's prediction down to its `top` most probable classes.
 *
 * @throws Error where the method predicts nothing.
 */
export function classifier({ name, trainable: { classifies } }: Bound, top = 1): Classifier {
  if (classifies === undefined) throw new Error(`${name} predicts nothing`);
  const fn = (variables: Variables, images: tf.Tensor): tf.Tensor => {
    const logits = classifies.predict(variables, images);
    return top === 1 ? tf.argMax(logits, 1) : tf.topk(logits, Math.min(top, logits.shape[1])).indices;
  };
  return compile(fn as unknown as (variables: Variables, images: HostTensor) => tf.Tensor, {
    name: `${name}.classify`,
  });
}

/** For each of `tops`, the % of the images whose class is among the first so many that `classify` gives: of all processes'. */
export async function accuracies(
  classify: Classifier,
  variables: Variables,
  tops: readonly number[],
  looked: Looked,
): Promise<number[]> {
  const counts = tops.map((top) => ({ top, right: 0 }));
  let total = 0;
  for await (const { images, labels } of evaluationBatches(looked)) {
    const classes = await classify.async(variables, images);
    const predicted = classes.dataSync();
    const given = classes.shape[1] ?? 1;
    classes.dispose();
    labels.data.forEach((label, i) => {
      const place = predicted.subarray(i * given, (i + 1) * given).indexOf(label);
      for (const count of counts) if (place !== -1 && place < count.top) count.right += 1;
    });
    total += labels.data.length;
  }
  const own = Int32Array.of(total, ...counts.map(({ right }) => right));
  const all = await gatherOnHost(own, own.length);
  const sum = (at: number): number => all.reduce((sum, count, i) => (i % own.length === at ? sum + count : sum), 0);
  return tops.map((_, i) => (100 * sum(i + 1)) / sum(0));
}

/** Counts scores; each prediction is compiled once. */
export interface Scorer {
  /** The scores in %, by `seriesKey`. Where the student teaches itself, one measurement is both. */
  score(
    scores: readonly Score[],
    student: Variables,
    teacher: Variables,
    looked: Looked,
  ): Promise<{ readonly [key: string]: number }>;
  dispose(): void;
}

/** A scorer of a method's predictions. */
export function scorerOf(bound: Bound): Scorer {
  const compiled = new Map<number, Classifier>();
  return {
    async score(scores, student, teacher, looked) {
      const tops = [...new Set(scores.map(({ top }) => top))];
      const most = Math.max(...tops);
      const classify = compiled.get(most) ?? classifier(bound, most);
      compiled.set(most, classify);
      const own = sameVariables(student, teacher);
      const measured = new Map<Variables, number[]>();
      const values: { [key: string]: number } = {};
      for (const score of scores) {
        const { of, top } = score;
        const variables = of === 'student' || own ? student : teacher;
        const known = measured.get(variables) ?? (await accuracies(classify, variables, tops, looked));
        measured.set(variables, known);
        // `!`: every score's `top` is among `tops`.
        values[seriesKey(score)] = known[tops.indexOf(top)]!;
      }
      return values;
    },
    dispose: () => compiled.forEach((classify) => classify.dispose()),
  };
}
