import { compileStep, hostScalar, softmaxCrossEntropy, useTensorFlow, valueAndGrad } from '@spatial-ensemble/engine';
import { FIXMATCH_WRN_28_2, kernelsOnly, sgd, wideResNet, type Tensors } from '@spatial-ensemble/nn';
import { key } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import { median } from './compare.ts';

// What a step of a small network, WRN-10-1 at batch 4, takes in a loop that reads its loss, in one that waits for it,
// and in one that begins the next while it runs, as `training` does. The three take turns in one process.

const [ROUNDS, STEPS, BATCH] = [15, 40, 4] as const;

await useTensorFlow();
const network = wideResNet({ ...FIXMATCH_WRN_28_2, depth: 10, width: 1 });
const optimiser = sgd(network.metas.params, { momentum: 0.9, nesterov: true, weightDecay: 5e-4, decays: kernelsOnly });
const variables = network.init(key(1));
const first = { ...variables, ...optimiser.init(variables.params) };
type State = typeof first;
const step = compileStep(
  (state: State, x: tf.Tensor, y: tf.Tensor, learningRate: tf.Scalar) => {
    const { loss, aux, grads } = valueAndGrad((params: Tensors) => {
      const scaled = tf.sub(tf.mul(tf.cast(x, 'float32'), 2 / 255), 1);
      const { logits, buffers } = network.apply({ params, buffers: state.buffers }, scaled, { mode: 'train' });
      return { loss: tf.mean(softmaxCrossEntropy(logits, y)) as tf.Scalar, aux: buffers };
    })(state.params);
    const { params, slots } = optimiser.update({ ...state, grads, slots: { velocity: state.velocity }, learningRate });
    return [{ params, ...slots, buffers: aux } as State, loss] as const;
  },
  { name: 'bench.small' },
);
const images = {
  data: Uint8Array.from({ length: BATCH * 32 * 32 * 3 }, (_, i) => (i * 7919) % 256),
  shape: [BATCH, 32, 32, 3],
};
const labels = { data: Int32Array.from({ length: BATCH }, (_, i) => i % 10), shape: [BATCH] };
const args = [images, labels, hostScalar(0.03)] as const;

type Loop = (state: State) => Promise<State>;
const waiting =
  (use: (loss: tf.Tensor) => void): Loop =>
  async (given) => {
    let state = given;
    for (let i = 0; i < STEPS; i++) {
      const [next, loss] = await step.async(state, ...args);
      state = next;
      use(loss);
      loss.dispose();
    }
    return state;
  };
const inFlight: Loop = async (given) => {
  let state = given;
  const ends: Promise<unknown>[] = [];
  for (let i = 0; i < STEPS; i++) {
    if (i > 1) await ends[i - 2];
    const [next, loss] = step.begin(state, ...args);
    state = next;
    ends.push(loss.data().finally(() => loss.dispose()));
  }
  await Promise.all(ends);
  return state;
};
const LOOPS: readonly (readonly [name: string, loop: Loop])[] = [
  ['reads its loss', waiting((loss) => loss.dataSync())],
  ['waits for it', waiting(() => undefined)],
  ['begins the next meanwhile', inFlight],
];

let state = await LOOPS[0]![1](first);
const times = LOOPS.map((): number[] => []);
for (let round = 0; round < ROUNDS; round++)
  for (const [i, [, loop]] of LOOPS.entries()) {
    const began = performance.now();
    state = await loop(state);
    times[i]!.push((performance.now() - began) / STEPS);
  }
LOOPS.forEach(([name], i) =>
  console.log(
    `${name.padEnd(28)} ${median(times[i]!).toFixed(2)} ms a step (least ${Math.min(...times[i]!).toFixed(2)})`,
  ),
);
