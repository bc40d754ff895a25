import type * as tf from '@tensorflow/tfjs';

/** The tensors of a batch: inputs, targets, weights of samples; a place may be empty. */
export type Batch = readonly (tf.Tensor | null | undefined)[];

/** Gives the loss and the metrics of a batch. */
type BatchFunction = (batch: Batch) => tf.Tensor[];

/** What the engine uses of TensorFlow.js' `LayersModel`; most of it is private there. */
export interface TrainedModel {
  readonly name: string;
  readonly layers: readonly tf.layers.Layer[];
  readonly weights: readonly { read(): tf.Tensor }[];
  readonly optimizer: tf.Optimizer;
  readonly lossFunctions: readonly unknown[];
  readonly metricsTensors: readonly unknown[];
  readonly collectedTrainableWeights: readonly unknown[];
  testFunction: BatchFunction;
  makeTrainFunction(): BatchFunction;
  makeTestFunction(): void;
  /** @param size samples in a batch */
  predictLoop(inputs: tf.Tensor | tf.Tensor[], size?: number, verbose?: boolean): tf.Tensor | tf.Tensor[];
}

/** What TensorFlow.js itself does, whatever the model was made to do. */
export function plainly(model: TrainedModel): TrainedModel {
  return Object.getPrototypeOf(model) as TrainedModel;
}

/** The variables that hold a model's weights, each once. */
export function weightsOf(model: TrainedModel): readonly tf.Variable[] {
  return [...new Set(model.weights.map((weight) => weight.read() as tf.Variable))];
}

/** The places of a batch that hold a tensor, by their numbers: a tree, as a compiled function takes it. */
export interface Places {
  readonly [place: string]: tf.Tensor;
}

export function placesOf(batch: Batch): Places {
  return Object.fromEntries(
    batch.flatMap((tensor, place) => (tensor === null || tensor === undefined ? [] : [[place, tensor]])),
  );
}

export function batchOf(places: Places): Batch {
  const batch: tf.Tensor[] = [];
  for (const [place, tensor] of Object.entries(places)) batch[Number(place)] = tensor;
  return batch;
}
