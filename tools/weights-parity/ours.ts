import type { HostTensor } from '@spatial-ensemble/engine';
import { standardised, type Variables } from '@spatial-ensemble/nn';
import { key, normal, uniform } from '@spatial-ensemble/random';
import { fitted, loadFile, recognise, type StateDict } from '@spatial-ensemble/weights';
import * as tf from '@tensorflow/tfjs-core';
import type { Subject } from './subjects.ts';

/** Weights that are drawn: norms not 1 and 0, running statistics those of the pictures. */
export function livelyWeights({ anatomy, build, batchNorm }: Subject, pictures: HostTensor): StateDict {
  const tensors = tf.tidy(() => {
    // With none of the old value kept, the running statistics are the batch's.
    const network = build({ ...batchNorm, decay: 0 });
    const { params, buffers } = network.init(key(5));
    const drawn = Object.fromEntries(
      Object.entries(params).map(([name, tensor]) => {
        const { name: part } = network.metas.params[name]!;
        const of = key(6).fold(name);
        if (part === 'gamma') return [name, tf.tensor1d(uniform(of, tensor.size).map((value) => 0.5 + value))];
        if (part === 'beta') return [name, tf.tensor1d(normal(of, tensor.size).map((value) => 0.2 * value))];
        return [name, tensor];
      }),
    );
    const x = standardised(tensorOf(pictures), anatomy.standard);
    const after = network.apply({ params: drawn, buffers }, x, { mode: 'train' }).buffers;
    return { ...drawn, ...after };
  });
  const weights = Object.entries(tensors).map(
    ([name, tensor]) => [name, { data: tensor.dataSync() as Float32Array, shape: tensor.shape }] as const,
  );
  tf.dispose(tensors);
  return new Map(weights);
}

/** Logits of pictures, in evaluation mode. */
export function logitsOf(
  { anatomy, build, batchNorm }: Subject,
  weights: StateDict,
  pictures: HostTensor,
): Float32Array {
  return tf.tidy(() => {
    const network = build(batchNorm);
    const tensors = (metas: object): Variables['params'] =>
      Object.fromEntries(
        Object.keys(metas).map((name) => {
          const { data, shape } = weights.get(name)!;
          return [name, tf.tensor(data, [...shape])];
        }),
      );
    const variables = { params: tensors(network.metas.params), buffers: tensors(network.metas.buffers) };
    const x = standardised(tensorOf(pictures), anatomy.standard);
    return network.apply(variables, x, { mode: 'eval' }).logits.dataSync() as Float32Array;
  });
}

/** The weights of a file of somebody else, by our names; its head may be absent, and is then that of another file. */
export async function weightsIn({ anatomy }: Subject, path: string, head?: StateDict): Promise<StateDict> {
  const { student } = recognise(await loadFile(path));
  const { variables, heads } = fitted(anatomy, student);
  if (heads.length > 0) return variables;
  if (head === undefined) throw new Error(`${path} has no head`);
  return new Map([...[...head].filter(([name]) => name.startsWith('fc.')), ...variables]);
}

function tensorOf({ data, shape }: HostTensor): tf.Tensor {
  return tf.tensor(data as Uint8Array, [...shape], 'int32');
}
