import type { Key } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import { requireBackend } from '../backend/live-backend.ts';
import { compileInPlace } from '../compile/compiled.ts';
import type { CompileOptions } from '../compile/options.ts';
import { Recorder } from '../compile/recorder.ts';
import { dropTape } from '../compile/value-and-grad.ts';
import { first } from '../lists.ts';
import type { AnyKey } from '../random/keyed.ts';
import { hostScalar } from '../tree.ts';
import { drawingFrom } from './draws.ts';
import { layersOf, tracingLayers } from './layers.ts';
import { TracedOptimizer } from './optimizer.ts';
import { batchOf, placesOf, plainly, weightsOf, type Batch, type Places, type TrainedModel } from './trained-model.ts';
import { withValues } from './variables.ts';

/** What a step takes beside the variables. */
interface StepArguments {
  readonly batch: Places;
  /** Tensors that the optimiser holds. */
  readonly held: { readonly [field: string]: tf.Tensor };
  readonly rate?: tf.Tensor;
  readonly key: AnyKey;
}

/** A model's training step, as one graph for each shape of batch. */
export interface TrainingStep {
  /**
   * Trains on a batch.
   *
   * @param key what its masks and noise are drawn from
   * @returns the loss and the metrics
   */
  run(batch: Batch, key: Key): tf.Tensor[];
  /** Whether it still is the step of the model, which may have been compiled anew. */
  fits(): boolean;
  dispose(): void;
}

/**
 * Compiles what `model.fit` does with a batch: forward, loss, gradients, the optimiser's update, metrics. The first step
 * runs op by op: in it the optimiser makes its slots.
 */
export function trainingStep(model: TrainedModel, options: CompileOptions): TrainingStep {
  const { lossFunctions, metricsTensors, collectedTrainableWeights } = model;
  const optimizer = new TracedOptimizer(model.optimizer);
  const { settings } = optimizer;
  const train = plainly(model).makeTrainFunction.call(model);
  const layers = layersOf(model);
  let variables: readonly tf.Variable[] | undefined;

  const step = compileInPlace((values, { batch, held, rate, key }: StepArguments) => {
    const { result, left } = withValues(variables!, values, () =>
      optimizer.tracing(
        held,
        (number) => stand(number, rate!),
        () => drawingFrom(key, () => tracingLayers(layers, () => unkept(train(batchOf(batch))))),
      ),
    );
    return [left, result];
  }, options);

  return {
    run(batch, key) {
      if (variables === undefined) {
        const made = optimizer.firstStep(() => drawingFrom(key, () => train(batch)));
        variables = [...new Set([...weightsOf(model), ...optimizer.variables])];
        return made;
      }
      const { rate, tensors } = optimizer;
      const given = rate === undefined ? {} : { rate: hostScalar(rate) };
      try {
        const made = step(variables, { batch: placesOf(batch), held: tensors, key, ...given });
        optimizer.count();
        return made;
      } catch (error) {
        dropTape();
        throw error;
      }
    },
    fits: () =>
      model.optimizer === optimizer.optimizer &&
      model.lossFunctions === lossFunctions &&
      model.metricsTensors === metricsTensors &&
      model.collectedTrainableWeights === collectedTrainableWeights &&
      settings === optimizer.settings,
    dispose: () => step.dispose(),
  };
}

/** Tells the recorder which argument a number stands for. */
function stand(number: number, argument: tf.Tensor): void {
  const backend = requireBackend();
  const { recording } = backend.binding;
  if (recording instanceof Recorder) recording.standFor(number, first(backend.getInputTensorIds([argument])));
}

/** TensorFlow.js keeps the metrics that it gives; nothing may outlive a trace. */
function unkept(kept: readonly tf.Tensor[]): tf.Tensor[] {
  const own = kept.map((tensor) => tf.clone(tensor));
  tf.dispose([...kept]);
  return own;
}
