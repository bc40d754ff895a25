import { compile, useTensorFlow, valueAndGrad } from '@spatial-ensemble/engine';
import { key } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  countValues,
  mlp,
  network,
  TORCH_BATCH_NORM,
  torchVariable,
  uniformFanIn,
  type MlpOptions,
  type Network,
  type Tensors,
  type Variables,
} from '../src/index.ts';
import { fromTorch, readFixture, relativeError, unpackTensor, type Packed, type PackedByName } from './fixtures.ts';

interface Case {
  readonly options: Omit<MlpOptions, 'batchNorm' | 'initial'> & { readonly batchNorm: boolean };
  readonly x: Packed;
  readonly weights: Packed;
  readonly variables: PackedByName;
  readonly train: { readonly y: Packed; readonly gradients: PackedByName; readonly statistics: PackedByName };
  readonly eval: { readonly y: Packed };
}

function headOf(options: MlpOptions): Network<{ readonly y: tf.Tensor2D }> {
  const head = mlp('projector', options);
  return network({ declares: head.declares, forward: (pass, x) => ({ y: head.forward(pass, x) }) });
}

const BYOL: MlpOptions = {
  inputs: 2048,
  hidden: 4096,
  outputs: 256,
  batchNorm: TORCH_BATCH_NORM,
  hiddenBias: true,
  outputBias: false,
  initial: uniformFanIn,
};

describe("parameter counts (DeepMind's heads)", () => {
  it.each([
    ["BYOL's projector of ResNet-50", {}, 9_449_472],
    ["BYOL's projector of ResNet-18", { inputs: 512 }, 3_158_016],
    ["BYOL's predictor", { inputs: 256 }, 2_109_440],
    // 2048·2048 + 2048 + 2048·128 + 128
    ["MoCo v2's head", { hidden: 2048, outputs: 128, batchNorm: undefined, outputBias: true }, 4_458_624],
  ])('%s', (_, changed, expected) => {
    expect(countValues(headOf({ ...BYOL, ...changed }).metas.params)).toBe(expected);
  });
});

describe.each(['cpu', 'tensorflow'])('heads against PyTorch in float64, on the backend %s', (backend) => {
  beforeAll(async () => {
    if (backend === 'tensorflow') await useTensorFlow();
    else await tf.setBackend(backend);
  });

  it.each(Object.entries(readFixture<Record<string, Case>>('mlp')))('%s', (_, given) => {
    const { options, variables: torch, train } = given;
    const net = headOf({
      ...options,
      batchNorm: options.batchNorm ? TORCH_BATCH_NORM : undefined,
      initial: uniformFanIn,
    });
    const metas = { ...net.metas.params, ...net.metas.buffers };
    expect(
      Object.values(metas)
        .map((meta) => torchVariable(meta).name)
        .sort(),
    ).toEqual(Object.keys(torch).sort());
    const variables: Variables = {
      params: fromTorch(torch, net.metas.params),
      buffers: fromTorch(torch, net.metas.buffers),
    };
    const forwardAndBackward = compile(
      ({ params: at, buffers: old }: Variables, x: tf.Tensor, weights: tf.Tensor) =>
        valueAndGrad((params: Tensors) => {
          const { y, buffers } = net.apply({ params, buffers: old }, x, { mode: 'train' });
          return { loss: tf.sum(tf.mul(y, weights)) as tf.Scalar, aux: { y, buffers } };
        })(at),
      { name: 'forward-and-backward' },
    );
    const x = unpackTensor(given.x);
    const { aux, grads } = forwardAndBackward(variables, x, unpackTensor(given.weights));
    expect(relativeError(aux.y, unpackTensor(train.y))).toBeLessThan(1e-5);
    for (const [name, tensor] of Object.entries(fromTorch(train.statistics, net.metas.buffers)))
      expect(relativeError(aux.buffers[name]!, tensor), name).toBeLessThan(1e-5);
    for (const [name, grad] of Object.entries(fromTorch(train.gradients, net.metas.params))) {
      const apart = tf.norm(tf.sub(grads[name]!, grad)).dataSync()[0]!;
      // A bias before batch norm has no gradient but rounding.
      expect(apart / Math.max(tf.norm(grad).dataSync()[0]!, 1e-2), name).toBeLessThan(1e-4);
    }
    expect(relativeError(net.apply(variables, x, { mode: 'eval' }).y, unpackTensor(given.eval.y))).toBeLessThan(1e-5);
  });
});

it("starts as PyTorch's nn.Linear: uniform in ±1/√inputs, biases too", () => {
  const { params } = headOf({ ...BYOL, inputs: 64, hidden: 100, outputs: 50, outputBias: true }).init(key(1));
  for (const [name, inputs] of [
    ['projector.0.kernel', 64],
    ['projector.0.bias', 64],
    ['projector.3.kernel', 100],
    ['projector.3.bias', 100],
  ] as const) {
    const values = [...params[name]!.dataSync()];
    const bound = 1 / Math.sqrt(inputs);
    const square = values.reduce((sum, value) => sum + value * value, 0) / values.length;
    expect(Math.max(...values.map(Math.abs)), name).toBeLessThanOrEqual(bound);
    // A uniform's variance is bound²/3; that of its square relative to its square is 4/5.
    expect(Math.abs((3 * square) / bound ** 2 - 1), name).toBeLessThan(5 * Math.sqrt(0.8 / values.length));
  }
});
