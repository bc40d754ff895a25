import { compile, compileStep, hostScalar, type Given as OnHost, type HostTensor } from '@spatial-ensemble/engine';
import type { Key } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import type { Attack, Given, Progress, Size, Told } from './attack.ts';
import { isRight } from './losses.ts';

/** Logits `[n, classes]` of images whose pixels are 0 to 1, in evaluation mode, by these variables. */
export type Classify<V> = (variables: V, images: tf.Tensor4D) => tf.Tensor2D;

/** A batch on the host: images float32 `[n, height, width, channels]`, pixels 0 to 1, labels int32 `[n]`. */
export interface Attacked {
  readonly images: HostTensor;
  readonly labels: HostTensor;
  /** One for each image: all that is random about it. */
  readonly keys: readonly Key[];
}

/** What an attack came to. */
export interface Outcome {
  /** For each image 1 where it is told for its class still, looked at once more. */
  readonly right: Uint8Array;
  /** Of the images' shape: what fooled the classifier, or else what was tried last. */
  readonly found: Float32Array;
}

/** Attacks on one classifier, compiled. */
export interface Attackers<V> {
  /**
   * Tries an attack on images. PGD of another number of steps, `{ ...attack, steps }`, is not compiled again; APGD and
   * Square are made for the steps that they take.
   *
   * @param epsilon in the pixels' units, 0 to 1
   * @throws Error where logits are not finite; RangeError for more steps than APGD or Square was made for
   */
  attack(attack: Attack, variables: V, batch: Attacked, epsilon: number): Promise<Outcome>;
  dispose(): void;
}

/** @param name of the classifier, for messages and profiles */
export function attackersOf<V>(name: string, classify: Classify<V>): Attackers<V> {
  const logitsOf = (variables: V) => (images: tf.Tensor4D) => classify(variables, images);
  const look = compile(
    (variables: V, images: tf.Tensor4D, labels: tf.Tensor1D) => {
      const logits = classify(variables, images);
      return {
        right: tf.cast(isRight(logits, labels), 'int32'),
        finite: tf.cast(tf.all(tf.isFinite(logits), 1), 'int32'),
      };
    },
    { name: `${name}.look` },
  );
  const build = (attack: Attack) => ({
    start: compile(
      (variables: V, given: Given, told: Told, noise: tf.Tensor4D): Progress =>
        copied(attack.start(logitsOf(variables), given, told, noise)),
      { name: `${name}.${attack.name}.start` },
    ),
    step: compileStep(
      (progress: Progress, variables: V, given: Given, told: Told) =>
        [copied(attack.step(logitsOf(variables), progress, given, told)), {}] as const,
      { name: `${name}.${attack.name}` },
    ),
  });
  const compiled = new Map<Attack['step'], ReturnType<typeof build>>();

  async function once(
    attack: Attack,
    variables: V,
    { images, labels, keys }: Attacked,
    epsilon: number,
  ): Promise<Outcome> {
    const { start, step } = compiled.get(attack.step) ?? build(attack);
    compiled.set(attack.step, { start, step });
    const size = sizeOf(images);
    const given = { images, labels } as unknown as OnHost<Given>;
    const told = (at = {}) => ({ epsilon: hostScalar(epsilon), ...at }) as unknown as Told;
    let progress = await start.async(variables, given as Given, told(), noiseOf(attack, keys, images) as never);
    for (let i = 0; i < attack.steps; i++)
      [progress] = await step.async(progress, variables, given as Given, told(attack.at?.(i, keys, size)));
    const looked = await look.async(variables, progress.found, labels as never);
    const outcome = {
      right: Uint8Array.from(looked.right.dataSync()),
      found: progress.found.dataSync() as Float32Array,
    };
    const lost = looked.finite.dataSync().filter((one) => one === 0).length;
    tf.dispose([looked, progress as unknown as tf.TensorContainer]);
    if (lost > 0)
      throw new Error(`${name}: the logits of ${lost} of ${keys.length} images are not finite (attack: ${attack.name}). Most likely the training that these weights are from diverged`); // prettier-ignore
    return outcome;
  }
  return {
    async attack(attack, variables, batch, epsilon) {
      let outcome: Outcome | undefined;
      for (let restart = 0; restart < attack.restarts; restart++) {
        const keys = batch.keys.map((key) => key.fold(attack.name).fold(restart));
        outcome = worse(outcome, await once(attack, variables, { ...batch, keys }, epsilon));
      }
      if (outcome === undefined) throw new RangeError(`${attack.name} is to be tried ${attack.restarts} times`);
      return outcome;
    },
    dispose() {
      look.dispose();
      for (const { start, step } of compiled.values()) [start, step].forEach((one) => one.dispose());
    },
  };
}

/** What a compiled function gives are tensors of their own: one that stands for two things is copied. */
function copied(progress: Progress): Progress {
  const seen = new Set<tf.Tensor>();
  return Object.fromEntries(
    Object.entries(progress).map(([name, tensor]) => {
      const own = seen.has(tensor) ? tf.clone(tensor) : tensor;
      seen.add(tensor);
      return [name, own];
    }),
  ) as Progress;
}

/** Of two outcomes for the same images what was worse for each: an image is right where it was right in both. */
function worse(a: Outcome | undefined, b: Outcome): Outcome {
  if (a === undefined) return b;
  const values = b.found.length / b.right.length;
  const found = b.found.slice();
  const right = b.right.slice();
  a.right.forEach((one, i) => {
    if (one === 1) return;
    right[i] = 0;
    found.set(a.found.subarray(i * values, (i + 1) * values), i * values);
  });
  return { right, found };
}

function noiseOf(attack: Attack, keys: readonly Key[], images: HostTensor): HostTensor {
  const size = sizeOf(images);
  const data = new Float32Array(images.data.length);
  const values = images.data.length / keys.length;
  if (attack.noise !== undefined)
    for (const [i, key] of keys.entries()) data.set(attack.noise(key.fold('start'), size), i * values);
  return { data, shape: images.shape };
}

function sizeOf({ shape }: HostTensor): Size {
  const [, height, width, channels] = shape as readonly [number, number, number, number];
  return { height, width, channels };
}
