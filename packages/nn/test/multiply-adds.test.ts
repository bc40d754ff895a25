import { compile, useTensorFlow } from '@spatial-ensemble/engine';
import type * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import {
  FIXMATCH_WRN_28_2,
  RESNET_18_CIFAR,
  RESNET_50,
  resNet,
  wideResNet,
  type Network,
  type Variables,
} from '../src/index.ts';

beforeAll(async () => {
  await useTensorFlow();
});

// Counted from the traced graph of one image; the network itself is never run.
it.each([
  ['WRN-28-2 at 32 pixels', wideResNet(FIXMATCH_WRN_28_2), 32, 214.35e6, 0.005e6],
  ['WRN-28-8 at 32 pixels', wideResNet({ ...FIXMATCH_WRN_28_2, width: 8, classes: 100 }), 32, 3.36e9, 0.005e9],
  ['ResNet-18 at 32 pixels', resNet(RESNET_18_CIFAR), 32, 555.4e6, 0.05e6],
  ['ResNet-18, padding 2, at 32 pixels', resNet({ ...RESNET_18_CIFAR, stem: 'cifar-padding-2' }), 32, 703.6e6, 0.05e6],
  ['ResNet-50 with a classifier at 224 pixels', resNet(RESNET_50, 1000), 224, 4.09e9, 0.005e9],
] as const)('%s', (_, net, size, expected, rounding) => {
  const { apply, metas } = net as Network<object>;
  const given = (shape: readonly number[]) => ({ data: new Float32Array(0), shape });
  const variablesOf = (list: typeof metas.params) =>
    Object.fromEntries(Object.entries(list).map(([name, { shape }]) => [name, given(shape)]));
  const forward = compile(
    (variables: Variables, x: tf.Tensor) => {
      const { buffers: __, ...out } = apply(variables, x, { mode: 'eval' });
      return out as { readonly [name: string]: tf.Tensor };
    },
    { name: 'forward' },
  );
  const variables = { params: variablesOf(metas.params), buffers: variablesOf(metas.buffers) } as never;
  const multiplyAdds = forward.count(variables, given([1, size, size, 3]) as never).flops / 2;
  expect(Math.abs(multiplyAdds - expected)).toBeLessThan(rounding);
  forward.dispose();
});
