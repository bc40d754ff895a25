import { createHash } from 'node:crypto';
import {
  allGather,
  allReduceMean,
  allReduceSum,
  compile,
  compileStep,
  fusedMean,
  useTensorFlow,
} from '@spatial-ensemble/engine';
import { draws, key, normal, words } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';

// One of the processes of test/collectives.nightly.test.ts. Each knows what all have, so that each can tell what is to come of
// an exchange: of small whole numbers the very bits, for float32 adds them without rounding in any order. Prints what was
// otherwise, and a hash of what came of numbers that do round.

const [hosts = '', rank = '0'] = process.argv.slice(2);
const { worker } = await useTensorFlow({
  threads: { intra: 1, inter: 1 },
  cluster: { hosts: hosts.split(','), rank: Number(rank), joinSeconds: 100 },
});
const ranks = Array.from({ length: worker.workers }, (_, i) => i);
const wrong: string[] = [];
const rounded = createHash('sha256');

/** What a process has. */
const wholeOf = (name: string, n: number, of: number, shape: readonly number[]): tf.Tensor => {
  const size = tf.util.sizeFromShape([...shape]);
  const data = Float32Array.from(words(key(name).fold(n).fold(of), size), (word) => (word % 21) - 10);
  return tf.tensor(data, [...shape]);
};
const sumOf = (parts: readonly tf.Tensor[]): tf.Tensor => parts.reduce((sum, one) => tf.add(sum, one));
const same = (what: string, a: tf.Tensor, b: tf.Tensor): void => {
  const [x, y] = [a.dataSync(), b.dataSync()];
  if (a.shape.join() !== b.shape.join() || x.some((value, i) => value !== y[i])) wrong.push(what);
};

for (let n = 0; n < 20; n++) {
  const draw = draws(key('shapes').fold(n));
  const shape = Array.from({ length: draw.int(5) }, () => 1 + draw.int(9));
  const what = `${n}: [${shape.join(', ')}]`;
  tf.tidy(() => {
    const [x, w] = [ranks.map((of) => wholeOf('x', n, of, shape)), ranks.map((of) => wholeOf('w', n, of, shape))];
    const [own, weights] = [x[worker.rank]!, w[worker.rank]!];
    const sum = sumOf(x);
    same(`${what} sum`, allReduceSum(own), sum);
    same(`${what} of int32`, allReduceSum(tf.cast(own, 'int32')), sum);
    // L = Σ over all processes r of Σ w_r S², S = Σ x: each x has the gradient 2 S Σ w.
    const loss = (at: tf.Tensor, by: tf.Tensor): tf.Scalar => tf.sum(tf.mul(by, tf.square(allReduceSum(at))));
    const slope = tf.mul(tf.mul(2, sum), sumOf(w));
    same(`${what} gradient`, tf.grad((at) => loss(at, weights))(own), slope);
    const traced = compile((at: tf.Tensor, by: tf.Tensor) => tf.grad((one) => loss(one, by))(at));
    same(`${what} gradient in a trace`, traced(own, weights) as tf.Tensor, slope);
    traced.dispose();
    if (shape.length > 0) {
      same(`${what} rows`, allGather(own), tf.concat(x));
      // L = Σ over all processes r of Σ w_r x²: a process's own rows have 2 x Σ w of theirs.
      const rows = (of: number): tf.Tensor =>
        tf.concat(ranks.map((other) => wholeOf('rows', n, 10 * of + other, shape)));
      const mine = tf.slice(sumOf(ranks.map(rows)), worker.rank * shape[0]!, shape[0]!);
      same(`${what} gradient of rows`, tf.grad((at) => tf.sum(tf.mul(rows(worker.rank), tf.square(allGather(at)))))(own), tf.mul(tf.mul(2, own), mine)); // prettier-ignore
    }
    const float = tf.tensor(normal(key('float').fold(n).fold(worker.rank), own.size), shape);
    const mean = allReduceMean(float);
    rounded.update(mean.dataSync() as Float32Array);
    const apart = tf.max(tf.abs(tf.sub(mean, tf.div(sumOf(ranks.map((of) => tf.tensor(normal(key('float').fold(n).fold(of), own.size), shape))), ranks.length)))); // prettier-ignore
    // Of up to three numbers below 6.
    if (!(apart.dataSync()[0]! <= 6 * 2 ** -23)) wrong.push(`${what} mean`);
    const many = Object.fromEntries(Array.from({ length: 1 + draw.int(6) }, (_, i) => [`t${i}`, tf.mul(own, i)]));
    // In buffers of any size.
    for (const [name, fused] of Object.entries(fusedMean(many, 4 + draw.int(8000))))
      same(`${what} ${name} fused`, fused, allReduceMean(many[name]!));
  });
}

// Many exchanges of one trace that depend on nothing but their inputs, some of several calls begun one after the other,
// while one process is late.
const MANY = 64;
const exchanged = compileStep((state: { calls: tf.Tensor }, ...own: tf.Tensor[]) => {
  const sums = Object.fromEntries(own.map((one, i) => [`s${i}`, allReduceSum(tf.add(one, state.calls))]));
  return [{ calls: tf.add(state.calls, 1) }, sums] as const;
});
const given = (of: number): tf.Tensor[] => Array.from({ length: MANY }, (_, i) => wholeOf('many', i, of, [1 + 97 * i]));
let state = { calls: tf.scalar(0) };
if (worker.rank === 1) await new Promise((resolve) => void setTimeout(resolve, 500));
const begun = Array.from({ length: 6 }, () => {
  const [next, sums] = exchanged.begin(state as never, ...(given(worker.rank) as never[])) as unknown as [
    typeof state,
    Record<string, tf.Tensor>,
  ];
  state = next;
  return sums;
});
for (const [call, sums] of begun.entries()) {
  const parts = ranks.map((of) => given(of));
  for (let i = 0; i < MANY; i++)
    same(`call ${call}, exchange ${i} of many`, sums[`s${i}`]!, tf.add(sumOf(parts.map((part) => part[i]!)), call * ranks.length)); // prettier-ignore
}
process.stdout.write(JSON.stringify({ wrong, rounded: rounded.digest('hex') }), () => process.exit(0));
