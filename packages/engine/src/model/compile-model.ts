import { key, type Key } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs';
import { requireBackend } from '../backend/live-backend.ts';
import { settle, type CompileOptions, type Settings } from '../compile/options.ts';
import { first } from '../lists.ts';
import { inference, type Inference } from './inference.ts';
import { refuseLayers } from './layers.ts';
import { trainingStep, type TrainingStep } from './training-step.ts';
import { plainly, type TrainedModel } from './trained-model.ts';

/** Options of `compileModel`: those of `compile`, and what the model draws from. */
export interface CompileModelOptions extends CompileOptions {
  /** What layers without a seed of their own draw their masks and noise from. Default 0. */
  readonly seed?: string | number;
}

/** Functions that were compiled for a model. */
interface Part {
  fits(): boolean;
  dispose(): void;
}

const compiled = new WeakSet<object>();

/**
 * Makes a model of TensorFlow.js train as one graph for each shape of batch, by the same calls as before: `fit`,
 * `fitDataset`, `trainOnBatch`, and `evaluate` and `predict` as well. A step is forward, loss, gradients, the optimiser's
 * update and the metrics; weights and the optimiser's slots stay where they are, and can be read, saved and set at any
 * time. Callbacks and the history are TensorFlow.js' own. It may be called before or after `model.compile`, once.
 *
 * The learning rate may change from step to step. What else a step closes over is as it was when its graph was made:
 * layers' settings, and what a loss or a metric reads of the program. Layers that draw (dropout, noise) draw anew at each
 * step; those with a seed draw the same at each step, as they do in TensorFlow.js. `model.dispose()` frees the graphs.
 *
 * @returns the model
 * @throws Error where TensorFlow is not started, for an unknown option, and where a layer cannot be compiled (a recurrent
 *   one that is stateful), naming it; a layer, loss or optimiser that reads values is refused by the second step
 */
export function compileModel<Model extends tf.LayersModel>(model: Model, options: CompileModelOptions = {}): Model {
  requireBackend();
  if (!(model instanceof tf.LayersModel))
    throw new Error('compileModel takes a LayersModel: tf.sequential, tf.model or what tf.loadLayersModel gives');
  if (compiled.has(model)) throw new Error(`model ${model.name} was given to compileModel before: once is enough`);
  const { seed = 0, ...rest } = options;
  const name = model.name.replace(/[^\w.\-/]/g, '_');
  const settings = settle({ name }, rest);
  refuseLayers(model);
  compiled.add(model);
  const parts = new Set<Part>();
  const free = (): void => {
    for (const part of parts) part.dispose();
    parts.clear();
  };
  let steps = 0;
  const nextKey = (): Key => key(seed).fold(steps++);
  const hook = (inner: TrainedModel): void => {
    refuseLayers(inner);
    free();
    follow(inner, settings, nextKey, parts);
  };
  // A sequential model makes a model within it anew whenever it is compiled, and trains that.
  if (model instanceof tf.Sequential) onceSet(model as unknown as { model?: TrainedModel }, hook);
  else hook(model as unknown as TrainedModel);
  const dispose = model.dispose.bind(model);
  model.dispose = () => {
    free();
    return dispose();
  };
  return model;
}

/** Calls `hook` with the model within a sequential model: the one that there is, and each that takes its place. */
function onceSet(outer: { model?: TrainedModel | null }, hook: (inner: TrainedModel) => void): void {
  let { model } = outer;
  if (model !== undefined && model !== null) hook(model);
  Object.defineProperty(outer, 'model', {
    configurable: true,
    enumerable: true,
    get: () => model,
    set(inner: TrainedModel | null | undefined) {
      model = inner;
      if (inner !== undefined && inner !== null) hook(inner);
    },
  });
}

/** Has a model train, evaluate and predict by compiled functions, which are made when they are first needed. */
function follow(model: TrainedModel, settings: Settings, nextKey: () => Key, parts: Set<Part>): void {
  let training: TrainingStep | undefined;
  let inferring: Inference | undefined;
  /** What fits the model as it is compiled now: the part that there is, or a new one in its place. */
  const fitting = <P extends Part>(part: P | undefined, make: () => P): P => {
    if (part?.fits()) return part;
    if (part !== undefined) parts.delete(part);
    part?.dispose();
    const made = make();
    parts.add(made);
    return made;
  };
  const infer = (): Inference => (inferring = fitting(inferring, () => inference(model, settings)));

  model.makeTrainFunction = () => (batch) => {
    training = fitting(training, () => trainingStep(model, settings));
    return training.run(batch, nextKey());
  };
  model.makeTestFunction = () => {
    model.testFunction = (batch) => infer().test(batch);
  };
  model.predictLoop = (inputs, size = 32, verbose = false) => {
    const given = Array.isArray(inputs) ? inputs : [inputs];
    const samples = first(given).shape[0]!;
    if (verbose || samples === 0) return plainly(model).predictLoop.call(model, inputs, size, verbose);
    const outputs = tf.tidy(() => {
      const batches: tf.Tensor[][] = [];
      for (let start = 0; start < samples; start += size)
        batches.push(infer().predict(samples <= size ? given : given.map((tensor) => rows(tensor, start, size))));
      return batches.length === 1 ? first(batches) : transposed(batches).map((parts) => tf.concat(parts, 0));
    });
    return outputs.length === 1 ? first(outputs) : outputs;
  };
}

function rows(tensor: tf.Tensor, start: number, size: number): tf.Tensor {
  return tf.slice(tensor, start, Math.min(size, tensor.shape[0]! - start));
}

function transposed<T>(lists: readonly (readonly T[])[]): T[][] {
  return first(lists).map((_, i) => lists.map((list) => list[i]!));
}
