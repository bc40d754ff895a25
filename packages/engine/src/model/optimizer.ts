import * as tf from '@tensorflow/tfjs-core';

type Fields = { [name: string]: unknown };

/**
 * TensorFlow.js' own optimisers, whose update takes the learning rate as it is or with its sign turned, and nothing
 * else of it: it may be another number at each step.
 */
const OWN: readonly object[] = [
  tf.SGDOptimizer,
  tf.MomentumOptimizer,
  tf.AdagradOptimizer,
  tf.AdadeltaOptimizer,
  tf.AdamOptimizer,
  tf.AdamaxOptimizer,
  tf.RMSPropOptimizer,
];

// Exact in float32, and nobody's learning rate.
const STAND_IN = Math.fround(-7.354981e-29);

/** An optimiser as a compiled step sees it: what it changes, what it reads anew at each step, and what is fixed. */
export class TracedOptimizer {
  readonly optimizer: tf.Optimizer;
  readonly #fields: Fields;
  readonly #own: boolean;

  constructor(optimizer: tf.Optimizer) {
    this.optimizer = optimizer;
    this.#fields = optimizer as unknown as Fields;
    this.#own = OWN.includes(optimizer.constructor);
  }

  /** Its slots and counters. */
  get variables(): readonly tf.Variable[] {
    const slots = Object.values(this.#fields).flat() as unknown[];
    // TensorFlow.js keeps slots with the names under which they are saved; a tensor has a method of that name.
    return slots
      .map((slot) => (slot instanceof tf.Tensor ? slot : (slot as { readonly variable?: unknown } | null)?.variable))
      .filter((slot) => slot instanceof tf.Variable);
  }

  /** Tensors that it holds and replaces, such as the learning rate of SGD, by the fields that hold them. */
  get tensors(): { readonly [field: string]: tf.Tensor } {
    const held = Object.entries(this.#fields).filter(
      ([, value]) => value instanceof tf.Tensor && !(value instanceof tf.Variable),
    );
    return Object.fromEntries(held) as { [field: string]: tf.Tensor };
  }

  /** The learning rate of this step, where it is a number that may change from step to step. */
  get rate(): number | undefined {
    const { learningRate } = this.#fields;
    return this.#own && typeof learningRate === 'number' ? learningRate : undefined;
  }

  /** Its settings; where they change, the step is another function. */
  get settings(): string {
    return JSON.stringify(this.#numbers(this.#own ? ['iterations_', 'learningRate'] : ['iterations_']));
  }

  #numbers(without: readonly string[]): readonly (readonly [string, unknown])[] {
    return Object.entries(this.#fields).filter(
      ([name, value]) => !without.includes(name) && ['number', 'boolean', 'string'].includes(typeof value),
    );
  }

  /** Counts a step that its own code did not see. */
  count(): void {
    this.#fields['iterations_'] = this.optimizer.iterations + 1;
  }

  /**
   * Runs a step op by op, which makes its slots.
   *
   * @throws Error where the step changes a value of JavaScript, which a graph would do once
   */
  firstStep<T>(use: () => T): T {
    const before = new Map(this.#numbers(['iterations_']));
    const result = use();
    const changed = this.#numbers(['iterations_']).find(([name, value]) => before.get(name) !== value);
    if (changed !== undefined)
      throw new Error(
        `${this.optimizer.getClassName()} changes its field ${changed[0]} at each step, a value of JavaScript that a compiled step would change once: hold it in a tf.Variable, or train without compileModel`,
      );
    return result;
  }

  /**
   * Runs `use` while it holds the tensors given in the place of its own, and `standFor` was told which number stands for
   * the learning rate.
   *
   * @throws Error where it makes a variable, which a graph would do once
   */
  tracing<T>(tensors: { readonly [field: string]: tf.Tensor }, standFor: (rate: number) => void, use: () => T): T {
    const before = { ...this.#fields };
    const variables = this.variables.length;
    Object.assign(this.#fields, tensors);
    if (this.rate !== undefined) {
      this.#fields['learningRate'] = STAND_IN;
      standFor(STAND_IN);
    }
    try {
      const result = use();
      if (this.variables.length !== variables)
        throw new Error(
          `${this.optimizer.getClassName()} makes variables after its first step: make them all in the first, or train without compileModel`,
        );
      return result;
    } finally {
      Object.assign(this.#fields, before);
    }
  }
}
