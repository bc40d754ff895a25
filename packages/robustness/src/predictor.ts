import { compile } from '@spatial-ensemble/engine';
import type * as tf from '@tensorflow/tfjs-core';
import type { MeasuredBatch, MeasuringTools } from '@spatial-ensemble/training';
import type { Predictions } from './calibration.ts';
import type { Subject } from './subject.ts';

/** Looks at images, changed or not, and gives what is thought of them. */
export interface Predictor {
  /** @param changed what is looked at in the place of the images; default: they themselves */
  predictions(of: 'test' | 'held-out', count: number, changed?: Changed): Promise<Predictions>;
  dispose(): void;
}

/** Images that are looked at in the place of others. */
interface Changed {
  /** For messages: `fog of severity 3`. */
  readonly how: string;
  /** Their bytes, of the same shape as a batch's. */
  bytes(batch: MeasuredBatch): Promise<Uint8Array>;
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
      const looked = { ...which, view, batch, ...(changed && { changed: changed.bytes }) };
      const { data, shape } = await tools.rows(looked, async ({ images }) => {
        const logits = await compiled.async(variables as never, images as never);
        const rows = logits.dataSync() as Float32Array;
        logits.dispose();
        return rows;
      });
      const what = `${name} on ${of} images${changed ? ` under ${changed.how}` : ''}`;
      return { logits: data as Float32Array, labels: tools.labels(which), classes: shape[1]!, what };
    },
    dispose: () => compiled.dispose(),
  };
}
