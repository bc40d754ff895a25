import * as tf from '@tensorflow/tfjs-core';
import { callSite } from './call-site.ts';

/** TensorFlow.js ops that draw on the host: traced, their draw would be frozen into the function. */
const RANDOM_OPS = new Set(
  [
    'rand',
    'randomGamma',
    'randomNormal',
    'randomStandardNormal',
    'randomUniform',
    'randomUniformInt',
    'truncatedNormal',
    'multinomial',
    'dropout',
  ].map((name) => `${name}__op`),
);

let frozenDraws = 0;

/** Runs a draw that has a seed of its own, and is therefore the same at each call: it may be a literal of the function. */
export function frozen<T>(draw: () => T): T {
  frozenDraws++;
  try {
    return draw();
  } finally {
    frozenDraws--;
  }
}

interface Hooks {
  startScope(name?: string): void;
}

/**
 * Runs `trace` while the mistakes that tracing would hide are errors: `tf.random*` and assigning a variable.
 */
export function guarded<T>(name: string, trace: () => T): T {
  const engine = tf.engine() as unknown as Hooks;
  const startScope = engine.startScope;
  const { assign } = tf.Variable.prototype;
  engine.startScope = function (this: unknown, scope?: string) {
    if (frozenDraws === 0 && scope !== undefined && RANDOM_OPS.has(scope)) {
      throw new Error(
        `${name}: tf.${scope.slice(0, -'__op'.length)} while the function is traced (${callSite()}). Its seed would be frozen: ` +
          'take a key as an argument and draw with `keyed`.',
      );
    }
    return startScope.call(this, scope);
  };
  tf.Variable.prototype.assign = function () {
    throw new Error(
      `${name}: a variable is assigned while the function is traced (${callSite()}). Return the new value as state instead.`,
    );
  };
  try {
    return trace();
  } finally {
    engine.startScope = startScope;
    tf.Variable.prototype.assign = assign;
  }
}
