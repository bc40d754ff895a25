import { fusedMean, thisWorker } from '@spatial-ensemble/engine';
import type { Key } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import type { Initialiser } from './initialisers.ts';
import type { Metas, Tensors, VariableMeta, Variables } from './variables.ts';

/**
 * Which statistics batch norm normalises by. `train`: those of its own batch, and the running ones move on. `eval`:
 * the running ones, which stay as they are.
 */
export type Mode = 'train' | 'eval';

/** One pass through a network: what its modules read, and the buffers that they renew. */
export interface Pass {
  readonly variables: Variables;
  readonly mode: Mode;
  /**
   * New values of buffers by name, of this process's part of the batch: with several, the network takes their means. Filled
   * while the pass runs, and never outlives it.
   */
  readonly renewed: { [name: string]: tf.Tensor };
}

/** A variable that a module needs. */
export interface Declaration {
  readonly name: string;
  readonly meta: VariableMeta;
  readonly initial: Initialiser;
}

/** A part of a network: the variables it needs, and what it computes with them. */
export interface Module<In = tf.Tensor, Out = tf.Tensor> {
  readonly declares: readonly Declaration[];
  readonly forward: (pass: Pass, input: In) => Out;
}

/**
 * The architecture of an encoder as a value: images float32 `[n, height, width, channels]` to features `[n, features]`.
 * A method is given one, and puts its heads on it, without knowing what it is built of.
 */
export interface Encoder extends Module<tf.Tensor, tf.Tensor2D> {
  /** Numbers in an image's features. */
  readonly features: number;
  /** Pixels of an image's side that come to one place of the last maps: smaller images leave nothing to see. */
  readonly stride: number;
}

/** What a network gives for a batch: its outputs, and its buffers after the pass (in `eval` mode the old ones). */
export type Outputs<Out> = Out & { readonly buffers: Tensors };

/** A network as functions. */
export interface Network<Out> {
  readonly metas: { readonly params: Metas; readonly buffers: Metas };
  /** Initial variables. Each is drawn from `key` folded with its name, so it does not depend on the other variables. */
  init(key: Key): Variables;
  /**
   * @param images float32 `[n, height, width, channels]`, already scaled as the recipe wants.
   * @throws Error if a variable is missing, or its shape is not the network's.
   */
  apply(variables: Variables, images: tf.Tensor, options: { readonly mode: Mode }): Outputs<Out>;
}

/** Declares one variable of a module, under the module's path and its own name there. */
export function declare(meta: VariableMeta, initial: Initialiser): Declaration {
  return { name: `${meta.module}.${meta.name}`, meta, initial };
}

/**
 * A variable's tensor in a pass.
 *
 * @throws Error where it is missing, which `network` rules out for what a module declares
 */
export function read(
  { variables: { params, buffers } }: Pick<Pass, 'variables'>,
  { name, meta }: Declaration,
): tf.Tensor {
  const tensor = (meta.buffer === true ? buffers : params)[name];
  if (tensor === undefined)
    throw new Error(`the module ${meta.module} needs a variable ${name}, which it does not declare`);
  return tensor;
}

/** Modules one after the other. */
export function sequence(...modules: readonly Module[]): Module {
  return {
    declares: modules.flatMap(({ declares }) => declares),
    forward: (pass, input) => modules.reduce((x, module) => module.forward(pass, x), input),
  };
}

/** What declared variables mean, by name: parameters and buffers. @throws Error if two have the same name */
export function metasOf(declares: readonly Declaration[]): Metas {
  const names = declares.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new Error(`two variables are called ${twice}`);
  return Object.fromEntries(declares.map(({ name, meta }) => [name, meta]));
}

/** Makes a network of its outermost module. @throws Error if two variables have the same name */
export function network<Out extends object>(root: Module<tf.Tensor, Out>): Network<Out> {
  const buffers = root.declares.filter(({ meta }) => meta.buffer === true);
  const params = root.declares.filter(({ meta }) => meta.buffer !== true);
  const initialOf = (list: readonly Declaration[], key: Key): Tensors =>
    Object.fromEntries(
      list.map(({ name, meta: { shape }, initial }) => [
        name,
        tf.tensor(initial(key.fold(name), shape), [...shape], 'float32'),
      ]),
    );

  return {
    metas: { params: metasOf(params), buffers: metasOf(buffers) },
    init: (key) => ({ params: initialOf(params, key), buffers: initialOf(buffers, key) }),
    apply: (variables, images, { mode }) => {
      check(params, variables.params);
      check(buffers, variables.buffers);
      const renewed: Pass['renewed'] = {};
      const out = root.forward({ variables, mode, renewed }, images);
      const moved = thisWorker().workers === 1 ? renewed : fusedMean(renewed);
      return { ...out, buffers: { ...variables.buffers, ...moved } };
    },
  };
}

function check(declared: readonly Declaration[], given: Tensors): void {
  for (const { name, meta } of declared) {
    const tensor = given[name];
    if (tensor === undefined)
      throw new Error(
        `the network needs a variable ${name} of shape [${meta.shape.join(', ')}], which is not among the ${Object.keys(given).length} given`,
      );
    if (tensor.shape.join() !== meta.shape.join())
      throw new Error(`variable ${name} must have shape [${meta.shape.join(', ')}], got [${tensor.shape.join(', ')}]`);
  }
}
