import { compile } from '@spatial-ensemble/engine';
import type * as tf from '@tensorflow/tfjs-core';
import type { MeasuredBatch, MeasuringTools } from '@spatial-ensemble/training';
import type { Predictions } from './calibration.ts';
import type { Subject } from './subject.ts';

/** Looks at images, changed or not, and gives what is thought of them. */
export interface Predictor {
  /** @param changed the bytes that are looked at in the place of a batch's, made ahead of the looks; default: its own */
  predictions(
    of: 'test' | 'held-out',
    count: number,
    changed?: (batch: MeasuredBatch) => Promise<Uint8Array>,
  ): Promise<Predictions>;
  dispose(): void;
}

/** @param predict logits `[n, classes]` of bytes, in evaluation mode */
export function predictorOf<V>(
  { name, variables, view }: Subject<V>,
  predict: (variables: V, images: tf.Tensor) => tf.Tensor2D,
  { tools, batch }: { readonly tools: MeasuringTools; readonly batch: number },
): Predictor {
  const compiled = compile((of: V, images: tf.Tensor) => predict(of, images), { name: `${name}.predict` });
  return {
    async predictions(of, count, changed) {
      const which = { of, count } as const;
      const looked = { ...which, view, batch, ...(changed && { changed }) };
      const { data, shape } = await tools.rows(looked, async ({ images }) => {
        const logits = await compiled.async(variables as never, images as never);
        const rows = logits.dataSync() as Float32Array;
        logits.dispose();
        return rows;
      });
      return { logits: data as Float32Array, labels: tools.labels(which), classes: shape[1]! };
    },
    dispose: () => compiled.dispose(),
  };
}
