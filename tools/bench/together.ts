import { compile, compileStep, fusedMean, useTensorFlow } from '@spatial-ensemble/engine';
import * as tf from '@tensorflow/tfjs-core';
import { answerQuestions, timed } from './answer.ts';
import { byolWorkload } from './byol.ts';
import { memoryBeyondLibraries } from './memory.ts';

// One of several processes of one thread each that train BYOL together, or one alone: a line asks for steps, or for
// reductions of a step's gradients.

const [hosts = '', rank = '0'] = process.argv.slice(2);
const all = hosts === '' ? [] : hosts.split(',');
await useTensorFlow({
  threads: { intra: 1, inter: 1 },
  ...(all.length > 1 && { cluster: { hosts: all, rank: Number(rank) } }),
});
const memory = memoryBeyondLibraries();
const { step, state, args } = byolWorkload('byol-resnet18', { workers: Math.max(1, all.length) });
const shapes = Object.entries(state.student.params).map(([name, { shape, size }]) => ({ name, shape, size }));
const compiled = compileStep(step as never, { name: 'bench.together' }) as unknown as (
  ...given: readonly unknown[]
) => readonly [object, tf.TensorContainer];
let current: object = state;
let n = 0;

function once(): void {
  const [next, result] = compiled(current, ...args(n++));
  current = next;
  tf.dispose(result);
}

const reduce = compile((given: { readonly [name: string]: tf.Tensor }) => tf.addN(Object.values(fusedMean(given)).map((mean) => tf.sum(mean)))); // prettier-ignore

/** Milliseconds of a reduction of all gradients, and of copying as many bytes once in memory. */
function reductions(count: number): { bytes: number; ms: number[]; copyMs: number[] } {
  const given = Object.fromEntries(shapes.map(({ name, shape }) => [name, tf.ones(shape)]));
  const bytes = 4 * shapes.reduce((sum, { size }) => sum + size, 0);
  const [from, to] = [new Uint8Array(bytes).fill(1), new Uint8Array(bytes)];
  const measured = Array.from({ length: count + 2 }, () => ({
    ms: timed(() => void tf.dispose(tf.tidy(() => reduce(given).dataSync() && tf.scalar(0)))),
    copyMs: timed(() => to.set(from)),
  })).slice(2);
  tf.dispose(given);
  return { bytes, ms: measured.map(({ ms }) => ms), copyMs: measured.map(({ copyMs }) => copyMs) };
}

once();
await answerQuestions(
  () => timed(once),
  memory,
  ({ reduce: count }) => reductions(Number(count)),
);
process.exit(0);
