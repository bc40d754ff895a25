import type * as tf from '@tensorflow/tfjs-core';
import { compile, type Compiled } from '../compile/compiled.ts';
import type { CompileOptions } from '../compile/options.ts';
import { layersOf, tracingLayers } from './layers.ts';
import { batchOf, placesOf, plainly, weightsOf, type Batch, type Places, type TrainedModel } from './trained-model.ts';
import { withValues } from './variables.ts';

type Forward = Compiled<readonly [readonly tf.Tensor[], Places], tf.Tensor[]>;

/** What a model does without training, each shape of batch as one graph. */
export interface Inference {
  /** The loss and the metrics of a batch. */
  test(batch: Batch): tf.Tensor[];
  /** The outputs for a batch of inputs. */
  predict(inputs: readonly tf.Tensor[]): tf.Tensor[];
  /** Whether it still is what the model does, which may have been compiled anew. */
  fits(): boolean;
  dispose(): void;
}

/** Compiles `evaluate` and `predict`. Shapes beyond the most that are traced run op by op, as they may come from anywhere. */
export function inference(model: TrainedModel, options: CompileOptions & { readonly maxTraces: number }): Inference {
  const { lossFunctions, metricsTensors } = model;
  const weights = weightsOf(model);
  const layers = layersOf(model);

  const compiled = (run: (batch: Batch) => tf.Tensor[]): ((batch: Batch) => tf.Tensor[]) & Pick<Forward, 'dispose'> => {
    const forward: Forward = compile(
      (values: readonly tf.Tensor[], places: Places) =>
        withValues(weights, values, () => tracingLayers(layers, () => run(batchOf(places)))).result,
      options,
    );
    const shapes = new Set<string>();
    const call = (batch: Batch): tf.Tensor[] => {
      shapes.add(JSON.stringify(batch.map((tensor) => tensor && [tensor.dtype, tensor.shape])));
      return shapes.size > options.maxTraces ? run(batch) : forward(weights, placesOf(batch));
    };
    return Object.assign(call, { dispose: forward.dispose });
  };

  const test = compiled((batch) => {
    plainly(model).makeTestFunction.call(model);
    return model.testFunction(batch);
  });
  const predict = compiled((inputs) =>
    [plainly(model).predictLoop.call(model, inputs as tf.Tensor[], inputs[0]!.shape[0]!)].flat(),
  );
  return {
    test,
    predict,
    fits: () => model.lossFunctions === lossFunctions && model.metricsTensors === metricsTensors,
    dispose: () => [test, predict].forEach((part) => part.dispose()),
  };
}
