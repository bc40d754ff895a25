import { allMoments, batchNormTrain, compile, fusedMean, useTensorFlow, valueAndGrad } from '@spatial-ensemble/engine';
import { key, normal } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import { batchNorm, network, spread, TORCH_BATCH_NORM, type Tensors } from '@spatial-ensemble/nn';

// One of the processes of test/over-workers.test.ts: batch norm of its rows of a batch, and how far that is from batch norm
// of all rows, which it computes on its own beside it.

const [hosts = '', rank = '0', names = '[]'] = process.argv.slice(2);
const { worker } = await useTensorFlow({
  threads: { intra: 1, inter: 1 },
  cluster: { hosts: hosts.split(','), rank: Number(rank), joinSeconds: 60 },
});
const { workers } = worker;

/** A case: of which shape all rows are, in how many groups, and how far from 0 their values lie. */
interface Case {
  readonly shape: readonly number[];
  readonly groups: number;
  readonly offset: number;
}

const drawn = (name: string, shape: readonly number[]): tf.Tensor =>
  tf.tensor(normal(key(5).fold(name), tf.util.sizeFromShape([...shape])), [...shape]);
const rowsOf = (x: tf.Tensor): tf.Tensor => tf.split(x, workers)[worker.rank]!;
/** ‖a − b‖ / ‖b‖ */
const apart = (a: tf.Tensor, b: tf.Tensor): number =>
  tf.div(tf.norm(tf.sub(a, b)), tf.maximum(tf.norm(b), 1e-30)).dataSync()[0]!;

function measured({ shape, groups, offset }: Case): object {
  const channels = shape.at(-1)!;
  const name = JSON.stringify([shape, groups, offset]);
  // Rows differ in their scale, so that a process's rows have other statistics than another's.
  const scales = tf.reshape(tf.range(1, shape[0]! + 1), [shape[0]!, ...shape.slice(1).map(() => 1)]);
  const all = tf.add(tf.mul(scales, drawn(`${name} x`, shape)), offset);
  const weights = drawn(`${name} weights`, shape);
  const params = {
    'bn.gamma': tf.add(1, tf.mul(0.1, drawn('gamma', [channels]))),
    'bn.beta': drawn('beta', [channels]),
  };
  const buffers = { 'bn.mean': drawn('mean', [channels]), 'bn.variance': tf.square(drawn('variance', [channels])) };
  const module = batchNorm('bn', channels, { ...TORCH_BATCH_NORM, groups });
  const net = network({ declares: module.declares, forward: (pass, x) => ({ y: module.forward(pass, x) }) });

  // The loss of all is the mean of what each process has of its rows: Σ y·weights.
  const mine = compile((given: Tensors, old: Tensors, x: tf.Tensor, factors: tf.Tensor) =>
    valueAndGrad(({ images, ...own }: { [name: string]: tf.Tensor }) => {
      const { y, buffers: renewed } = net.apply({ params: own, buffers: old }, images!, { mode: 'train' });
      return { loss: tf.sum(tf.mul(y, factors)) as tf.Scalar, aux: { y, renewed } };
    })({ ...given, images: x }),
  )(params, buffers, rowsOf(all), rowsOf(weights));
  const { images: dx, ...ours } = mine.grads as { [name: string]: tf.Tensor };
  const grads = fusedMean(ours);

  const parts = (x: tf.Tensor): tf.Tensor[] => (groups === 1 ? [x] : tf.split(x, groups));
  const whole = compile((given: Tensors, x: tf.Tensor, factors: tf.Tensor) =>
    valueAndGrad(({ images, ...own }: { [name: string]: tf.Tensor }) => {
      const each = parts(images!).map((part) =>
        batchNormTrain(part, own['bn.gamma']!, own['bn.beta']!, TORCH_BATCH_NORM.epsilon),
      );
      const y = tf.concat(each.map((one) => one.y));
      const mean = tf.mean(tf.stack(each.map((one) => one.mean)), 0);
      const variance = tf.mean(tf.stack(each.map((one) => one.variance)), 0);
      return { loss: tf.sum(tf.mul(y, factors)) as tf.Scalar, aux: { y, mean, variance } };
    })({ ...given, images: x }),
  )(params, all, weights);
  const n = tf.util.sizeFromShape([...shape]) / channels / groups;
  const moved = (old: tf.Tensor, latest: tf.Tensor): tf.Tensor =>
    tf.add(tf.mul(TORCH_BATCH_NORM.decay, old), tf.mul(1 - TORCH_BATCH_NORM.decay, latest));
  const wholeGrads = whole.grads as { [name: string]: tf.Tensor };
  return {
    apart: {
      y: apart(mine.aux.y, rowsOf(whole.aux.y)),
      mean: apart(mine.aux.renewed['bn.mean']!, moved(buffers['bn.mean'], whole.aux.mean)),
      variance: apart(
        mine.aux.renewed['bn.variance']!,
        moved(buffers['bn.variance'], tf.mul(whole.aux.variance, n / (n - 1))),
      ),
      // A process's rows get the gradient of all processes' sum.
      dx: apart(dx!, rowsOf(wholeGrads['images']!)),
      gamma: apart(tf.mul(grads['bn.gamma']!, workers), wholeGrads['bn.gamma']!),
      beta: apart(tf.mul(grads['bn.beta']!, workers), wholeGrads['bn.beta']!),
    },
    same: [...Object.values(grads), ...Object.values(mine.aux.renewed)].map((x) => x.dataSync().join()),
  };
}

/** Outside a trace: the gradient of a function of the moments alone, by finite differences of float64's closed form. */
function momentsApart(): object {
  const all = drawn('moments', [4 * workers, 3]);
  const weights = [drawn('of mean', [3]), drawn('of variance', [3])];
  const of = (x: tf.Tensor, moments: (x: tf.Tensor) => { mean: tf.Tensor; variance: tf.Tensor }): tf.Tensor => {
    const { mean, variance } = moments(x);
    return tf.add(tf.sum(tf.mul(mean, weights[0]!)), tf.sum(tf.mul(variance, weights[1]!)));
  };
  const mine = tf.grad((x) => of(x, allMoments))(rowsOf(all));
  // Each of the processes derives, and their sum counts.
  const whole = tf.mul(tf.grad((x) => of(x, (rows) => tf.moments(rows, 0)))(all), workers);
  return {
    value: apart(
      of(rowsOf(all), allMoments),
      of(all, (rows) => tf.moments(rows, 0)),
    ),
    dx: apart(mine, rowsOf(whole)),
  };
}

let refused = '';
try {
  const module = batchNorm('bn', 3, { ...TORCH_BATCH_NORM, groups: workers + 1 });
  network({ declares: module.declares, forward: (pass, x) => ({ y: module.forward(pass, x) }) }).apply(
    {
      params: { 'bn.gamma': tf.ones([3]), 'bn.beta': tf.zeros([3]) },
      buffers: { 'bn.mean': tf.zeros([3]), 'bn.variance': tf.ones([3]) },
    },
    tf.ones([(workers + 1) * 2, 3]),
    { mode: 'train' },
  );
} catch (error) {
  refused = (error as Error).message;
}

const directions = drawn('directions', [4 * workers, 5]) as tf.Tensor2D;
const lengths = tf.norm(directions, 2, 1, true);
const { variance: ofAll } = tf.moments(tf.div(directions, lengths), 0);
console.log(
  JSON.stringify({
    cases: (JSON.parse(names) as Case[]).map(measured),
    moments: momentsApart(),
    spread: apart(spread(rowsOf(directions) as tf.Tensor2D), tf.mean(tf.sqrt(ofAll))),
    refused,
  }),
);
process.exit(0);
