import { compileStep, hostScalar } from '@spatial-ensemble/engine';
import { stepMask, type Key } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import type { At, Batch, HostBatch, Machine, Method, State } from '../method.ts';

/** What a step is told besides its batch, as host tensors. */
export function atOf<Spec>(method: Method<Spec>, spec: Spec, step: number, mask: Key): At {
  const scalars = Object.fromEntries(
    Object.entries(method.at(spec, step)).map(([name, value]) => [name, hostScalar(value)]),
  );
  return { scalars, key: stepMask(mask, step) } as unknown as At;
}

/** How a step is compiled. */
export interface StepOptions {
  readonly precision: 'float32' | 'bfloat16';
  readonly xla: boolean;
  /** Given to methods that accumulate. */
  readonly machine?: Machine;
}

/** A step and the names of its metrics, which are known once it was traced. */
export interface CompiledStep {
  run(state: State, batch: HostBatch, at: At): Promise<readonly [State, ArrayLike<number>]>;
  names(): readonly string[];
  dispose(): void;
}

/** The method's step, compiled, with its metrics in one vector: one read a step. */
export function compiledStep<Spec>(
  method: Method<Spec>,
  spec: Spec,
  { precision, xla, machine }: StepOptions,
): CompiledStep {
  const step = method.step(spec, machine);
  let names: readonly string[] = [];
  const fn = (state: State, batch: Batch, at: At): readonly [State, tf.Tensor] => {
    const [next, metrics] = step(state, batch, at);
    names = Object.keys(metrics).sort();
    return [next, tf.stack(names.map((name) => metrics[name]!))];
  };
  const compiled = compileStep(fn, { name: `${method.name}.step`, precision, xla });
  return {
    async run(state, batch, at) {
      const [next, vector] = await compiled.async(state, batch as unknown as Batch, at);
      const values = vector.dataSync();
      vector.dispose();
      const broken = names.find((_, i) => !Number.isFinite(values[i]));
      if (broken !== undefined)
        throw new Error(`${broken} is ${values[names.indexOf(broken)]}: training diverged. Lower the learning rate.`);
      return [next, values];
    },
    names: () => names,
    dispose: () => compiled.dispose(),
  };
}
