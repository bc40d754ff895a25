import * as tf from '@tensorflow/tfjs-core';
import { liveBackend } from '../backend/live-backend.ts';
import { AttributeType, DataType } from '../binding/dtypes.ts';
import { first } from '../lists.ts';
import type { HostTensor } from '../tree.ts';
import { Recorder } from './recorder.ts';
import type { Symbol } from './symbol.ts';

/**
 * float64 numbers as TensorFlow.js can hold them, which has no float64: their bits, float32 `[n, 2]`. Nothing but
 * `addFloat64` and `readFloat64` makes sense of the halves.
 *
 * @param values `n` numbers
 */
export function holdFloat64(values: readonly number[]): HostTensor {
  return { data: new Float32Array(Float64Array.from(values).buffer), shape: [values.length, 2] };
}

/** The numbers in the data of what `holdFloat64` or `addFloat64` gave. */
export function readFloat64(bits: Float32Array): Float64Array {
  return new Float64Array(bits.slice().buffer);
}

/**
 * Adds in float64, on the device that the function runs on: the same bits as sums on the host.
 *
 * @param sums float64 numbers as `holdFloat64` holds them, `[n, 2]`
 * @param x float32 `[n]`
 * @returns the sums, `[n, 2]`
 */
export function addFloat64(sums: tf.Tensor, x: tf.Tensor): tf.Tensor {
  if (x.dtype !== 'float32' || sums.dtype !== 'float32' || sums.shape.join() !== `${x.size},2` || x.rank !== 1)
    throw new Error(
      `addFloat64 adds float32 [n] to sums that are held as float32 [n, 2], got ${x.dtype} [${x.shape.join(', ')}] and ${sums.dtype} [${sums.shape.join(', ')}]`,
    );
  const backend = liveBackend();
  const recorder = backend?.binding.recording;
  if (backend === undefined || !(recorder instanceof Recorder)) return addedOnHost(sums, x);
  const { graph } = recorder;
  const ids = backend.getInputTensorIds([sums, x]);
  const [bits, values] = [first(ids), ids[1]!].map((id) => recorder.symbol(id)) as [Symbol, Symbol];
  const bitcast = (symbol: Symbol, from: number, to: number): Symbol =>
    graph.value(
      'Bitcast',
      [
        { name: 'T', type: AttributeType.type, value: from },
        { name: 'type', type: AttributeType.type, value: to },
      ],
      [symbol],
    );
  const total = graph.value(
    'AddV2',
    [{ name: 'T', type: AttributeType.type, value: DataType.float64 }],
    [bitcast(bits, DataType.float32, DataType.float64), graph.cast(values, DataType.float64)],
  );
  const held = bitcast(total, DataType.float64, DataType.float32);
  return backend.createOutputTensor({ id: recorder.insert(held), shape: [...sums.shape], dtype: DataType.float32 });
}

function addedOnHost(sums: tf.Tensor, x: tf.Tensor): tf.Tensor {
  const values = x.dataSync();
  const total = readFloat64(sums.dataSync() as Float32Array).map((sum, i) => sum + values[i]!);
  return tf.tensor(new Float32Array(total.buffer), sums.shape, 'float32');
}
