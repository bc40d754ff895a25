import * as tf from '@tensorflow/tfjs-core';
import { liveBackend } from '../backend/live-backend.ts';
import { AttributeType } from '../binding/dtypes.ts';
import { Recorder } from './recorder.ts';

/**
 * `x`, once all of `first` are computed. TensorFlow runs a compiled function's ops as soon as their inputs are there, so
 * that independent parts run side by side and their intermediate values take memory together; what starts from
 * `after(x, ends)` waits, and takes the memory that is free by then. Outside a trace ops run in their order anyway.
 *
 * The gradient flows through `x` alone.
 */
export function after<T extends tf.Tensor>(x: T, first: readonly tf.Tensor[]): T {
  const ordered = tf.customGrad((value) => ({
    value: waited(value as tf.Tensor, first),
    gradFunc: (dy: tf.Tensor) => tf.clone(dy),
  }));
  return ordered(x) as T;
}

function waited(x: tf.Tensor, first: readonly tf.Tensor[]): tf.Tensor {
  const backend = liveBackend();
  const recorder = backend?.binding.recording;
  if (backend === undefined || !(recorder instanceof Recorder)) return tf.clone(x);
  const [symbol, ...before] = backend.getInputTensorIds([x, ...first]).map((id) => recorder.symbol(id));
  const { dtype, shape } = symbol!;
  const type = { name: 'T', type: AttributeType.type, value: dtype };
  const node = recorder.graph.value(
    'Identity',
    [type],
    [symbol!],
    before.map(({ output }) => output.oper),
  );
  return backend.createOutputTensor({ id: recorder.insert(node), shape: [...shape!], dtype });
}
