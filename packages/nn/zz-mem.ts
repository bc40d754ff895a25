import { compile, useTensorFlow, valueAndGrad } from '@spatial-ensemble/engine';
import * as nn from '@spatial-ensemble/nn';
import { key } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
await useTensorFlow({ threads: { intra: 2, inter: 2 } });
const [count, batch, size] = [Number(process.argv[2]), 32, 64];
const net = nn.resNet({ ...nn.RESNET_18_CIFAR, width: 32 });
const v = net.init(key(1));
const f = compile((vars: nn.Variables, x: tf.Tensor) => {
  const { means } = nn.overMicroBatches(count, { x }, (part) => {
    const r = valueAndGrad((params: nn.Tensors) => {
      const o = net.apply({ ...vars, params }, part['x']!, { mode: 'train' });
      return { loss: tf.mean(tf.square(o.features)) as tf.Scalar, aux: { b: o.buffers } };
    })(vars.params);
    return { means: { ...r.grads, ...r.aux.b }, rows: {} };
  });
  return means;
}, { name: 'g' });
const x = tf.randomUniform([batch, size, size, 3]);
for (let i = 0; i < 3; i++) { const t = Date.now(); const o = f(v, x); Object.values(o)[0]!.dataSync(); tf.dispose(o); console.log(count, Date.now() - t, 'ms', process.resourceUsage().maxRSS >> 10, 'MiB'); }
