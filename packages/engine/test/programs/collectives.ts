import { existsSync, readdirSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import {
  allGather,
  allReduceMean,
  allReduceSum,
  broadcast,
  byFirst,
  compile,
  compileStep,
  fusedMean,
  gatherNumbers,
  ownRows,
  thisWorker,
  useTensorFlow,
  valueAndGrad,
} from '@spatial-ensemble/engine';

// One of two processes of test/collectives.test.ts. Prints what came of what they exchanged; then the message with which a
// function ends that the two trace differently; then process 1 kills itself, and process 0 prints what it is told.

const [hosts = '', rank = '0'] = process.argv.slice(2);
const { worker } = await useTensorFlow({
  threads: { intra: 1, inter: 1 },
  cluster: { hosts: hosts.split(','), rank: Number(rank), joinSeconds: 60 },
});
const own = tf.tensor1d([1, 2, 3].map((value) => value * (worker.rank + 1)));
const outside = {
  worker,
  this: thisWorker(),
  sum: allReduceSum(own).arraySync(),
  again: allReduceSum(tf.mul(own, 2)).arraySync(),
  mean: allReduceMean(own).arraySync(),
  rows: allGather(tf.tensor2d([[worker.rank, 7]], [1, 2], 'int32')).arraySync(),
  root: broadcast(own, 1).arraySync(),
  // L = Σ of all processes' Σ y², y = allReduce(x): 2 y, summed over the processes.
  sumGradient: tf
    .grad((x) => tf.sum(tf.square(allReduceSum(x))))(own)
    .arraySync(),
  gatherGradient: tf
    .grad((x) => tf.sum(tf.mul(tf.square(allGather(x)), worker.rank + 1)))(own)
    .arraySync(),
};

const many = Object.fromEntries(
  [[2, 2], [3], [], [5, 1]].map((shape, i) => [`t${i}`, tf.fill(shape, (i + 1) * (worker.rank + 0.1))]),
);
/** One buffer for all, two, and one each: as if each tensor had been exchanged alone. */
const fused = [1e6, 32, 4].map((bytes) =>
  Object.entries(fusedMean(many, bytes)).map(([name, mean]) => [name, mean.shape, mean.dataSync().join()]),
);
const alone = Object.entries(many).map(([name, x]) => [name, x.shape, allReduceMean(x).dataSync().join()]);

/** Tensors that are left over once what the exchanges gave is disposed of. */
const before = tf.memory().numTensors;
tf.dispose([
  allReduceSum(own),
  allReduceMean(own),
  allGather(own),
  broadcast(own),
  fusedMean(many),
] as tf.TensorContainer);
const left = tf.memory().numTensors - before;

/** In a trace that differs between the processes by their own number alone. */
const rowsGradient = compile((x: tf.Tensor) =>
  tf.grad((at: tf.Tensor) => tf.sum(tf.mul(allGather(at), ownRows(tf.tensor1d([3, 5])))))(x),
)(tf.ones([1, 2])).arraySync();
const long = 'é'.repeat(20_000);
const first = [
  await byFirst(async () => ({ by: worker.rank })),
  (await byFirst(async () => long)) === long,
  await byFirst(() => Promise.reject(new Error('no room'))).catch((error: Error) => error.message),
  await gatherNumbers(worker.rank + 5),
];

/** A parameter that all share, fitted to what each process has: the mean of the gradients, and of the losses. */
const step = compileStep((w: tf.Tensor, x: tf.Tensor) => {
  const { loss, grads } = valueAndGrad(({ w: at }: { w: tf.Tensor }) => ({
    loss: tf.mean(tf.square(tf.sub(at, x))) as tf.Scalar,
    aux: {},
  }))({ w });
  return [tf.sub(w, tf.mul(0.25, allReduceMean(grads.w))), allReduceMean(loss)] as const;
});
let w: tf.Tensor = tf.zeros([3]);
const losses: number[] = [];
for (let i = 0; i < 20; i++) {
  const [next, loss] = await step.async(w, own);
  w = next;
  losses.push(loss.dataSync()[0]!);
}
/** Threads of this process; 0 where the system does not say. */
const threads = (): number => (existsSync('/proc/self/task') ? readdirSync('/proc/self/task').length : 0);
const threadsBefore = threads();
for (let n = 0; n < 50; n++) tf.dispose(allReduceSum(own));
const moreThreads = threads() - threadsBefore;
console.log(
  JSON.stringify({ ...outside, rowsGradient, first, left, moreThreads, fused, alone, w: w.arraySync(), losses }),
);

const other = compileStep(
  (sum: tf.Tensor, x: tf.Tensor) => [tf.add(sum, allReduceSum(worker.rank === 1 ? tf.neg(x) : x)), tf.sum(x)],
  { name: 'other' },
);
try {
  other(tf.zeros([3]), own);
} catch (error) {
  console.log((error as Error).message);
}

if (worker.rank === 1) {
  // Not before process 0 has had the last of what it exchanged with this one.
  await setTimeout(1000);
  process.kill(process.pid, 'SIGKILL');
}
try {
  for (;;) [w] = await step.async(w, own);
} catch (error) {
  console.log((error as Error).message);
}
process.exit(0);
