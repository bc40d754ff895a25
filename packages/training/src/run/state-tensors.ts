import { flattenTree, unflattenTree } from '@spatial-ensemble/engine';
import { UnusableRun } from '@spatial-ensemble/record';
import * as tf from '@tensorflow/tfjs-core';
import type { State } from '../method.ts';
import type { HostArray, Saved } from './port.ts';

/** Copies a state's tensors to the host, by their paths: `state.student.params.conv1.kernel`. */
export function readState(state: State): Map<string, HostArray> {
  const { leaves, paths } = flattenTree(state, 'state');
  return new Map(
    paths.map((path, i) => {
      const tensor = leaves[i] as tf.Tensor;
      if (tensor.dtype !== 'float32' && tensor.dtype !== 'int32')
        throw new Error(`${path} is ${tensor.dtype}; a checkpoint holds float32 and int32`);
      return [path, { data: tensor.dataSync() as Float32Array | Int32Array, shape: tensor.shape }];
    }),
  );
}

/**
 * A state with the structure of `like` and the values that were saved. `like` is disposed.
 *
 * @throws UnusableRun when names or shapes differ.
 */
export function restoreState<S extends State>(
  like: S,
  { tensors: stored, place: what }: Pick<Saved, 'tensors' | 'place'>,
): S {
  const { leaves, paths, structure } = flattenTree(like, 'state');
  const missing = paths.filter((path) => !stored.has(path));
  const unknown = [...stored.keys()].filter((name) => !paths.includes(name));
  if (missing.length + unknown.length > 0) {
    throw new UnusableRun(
      `${what} does not belong to this run: missing [${missing.slice(0, 3).join(', ')}], unknown [${unknown.slice(0, 3).join(', ')}].`,
    );
  }
  const tensors = paths.map((path, i) => {
    // `!`: no path is missing.
    const { data, shape } = stored.get(path)!;
    const old = leaves[i] as tf.Tensor;
    if (shape.join() !== old.shape.join())
      throw new UnusableRun(
        `${what}: ${path} has shape [${shape.join(', ')}], the run needs [${old.shape.join(', ')}].`,
      );
    old.dispose();
    return tf.tensor(data, [...shape], data instanceof Float32Array ? 'float32' : 'int32');
  });
  return unflattenTree(structure, tensors) as S;
}
