import * as tf from '@tensorflow/tfjs-core';
import type { KernelBackend } from '../backend/backend.ts';
import { liveBackend } from '../backend/live-backend.ts';
import type { Attribute } from '../binding/attributes.ts';
import { AttributeType, DataType, dataTypeName } from '../binding/dtypes.ts';
import type { SettledCluster } from '../binding/cluster.ts';
import type { Worker } from '../binding/start.ts';
import { Recorder } from '../compile/recorder.ts';
import { bool, int, text } from '../kernels/attributes.ts';
import { first } from '../lists.ts';

/** All processes of a cluster are one group. */
const GROUP = 1;

/** The two collectives of TensorFlow's that the others are made of. */
type CollectiveOp = 'CollectiveReduceV2' | 'CollectiveGatherV2';

/** The number of this process, and of how many that compute together; 0 of 1 where TensorFlow does not run. */
export function thisWorker(): Worker {
  const cluster = liveBackend()?.binding.runtime.cluster;
  return { rank: cluster?.rank ?? 0, workers: cluster?.hosts.length ?? 1 };
}

/**
 * A process that has nothing more to exchange with the others says so before they end: until then one that is gone is
 * noticed. On its own it does nothing.
 */
export function leaveCluster(): void {
  liveBackend()?.binding.runtime.leaveCluster();
}

/**
 * Runs a collective of all processes, or records it. TensorFlow knows a collective by its instance key, which must be the
 * same in all processes: one of a trace is counted from where the traces before it ended, and one outside a trace goes by
 * op, type and shape, so that a process may call it as often as it likes.
 *
 * On GPUs the collectives of a trace run one after the other, in the order of recording, for NCCL wants one order of launch
 * in all processes. On processors each begins once its input is there: what waits does so in a thread of TensorFlow's own
 * queue without bound and in none that computes, so that one process may wait in one collective while another waits in the
 * next, and what depends on neither goes on meanwhile. Such threads stay, as many as ever waited at once: what is to be
 * exchanged in many tensors goes into a few (`fusedMean`).
 *
 * @param shape of what it gives
 */
export function collective(op: CollectiveOp, x: tf.Tensor, shape: readonly number[]): tf.Tensor {
  const backend = liveBackend();
  const cluster = backend?.binding.runtime.cluster;
  if (backend === undefined || cluster === undefined) return tf.clone(x);
  if (x.dtype !== 'float32' && x.dtype !== 'int32')
    throw new Error(`processes exchange float32 and int32, got ${x.dtype}: cast it first`);
  const recorder = backend.binding.recording;
  return recorder instanceof Recorder
    ? recorded(op, x, shape, { backend, cluster, recorder })
    : executed(op, x, { backend, cluster });
}

interface Where {
  readonly backend: KernelBackend;
  readonly cluster: SettledCluster;
}

function recorded(
  op: CollectiveOp,
  x: tf.Tensor,
  shape: readonly number[],
  { backend, cluster, recorder }: Where & { readonly recorder: Recorder },
): tf.Tensor {
  const { graph } = recorder;
  const symbol = recorder.symbol(first(backend.getInputTensorIds([x])));
  const scalar = (value: number) => graph.constant([], DataType.int32, Int32Array.of(value));
  const { key, before } = recorder.nextCollective(backend.binding.runtime.collectives);
  const [size, group] = [cluster.hosts.length, GROUP].map(scalar);
  // It follows from what was traced before: a run that is gone on with may have traced other things.
  const instance = graph.ownConstant([], DataType.int32, Int32Array.of(key));
  const attributes = attributesOf(op, symbol.dtype, { backend });
  const ordered = backend.binding.runtime.device.type === 'GPU' ? before : [];
  const value = graph.value(op, attributes, [symbol, size!, group!, instance], ordered);
  recorder.collected(value);
  const known = graph.setShape(value, shape);
  return backend.createOutputTensor({ id: recorder.insert(known), shape: [...shape], dtype: symbol.dtype });
}

function executed(op: CollectiveOp, x: tf.Tensor, { backend, cluster }: Where): tf.Tensor {
  const { runtime, store } = backend.binding;
  const dtype = store.dtypeOf(first(backend.getInputTensorIds([x])));
  const instance = runtime.collectives.keyOf(`${op} ${dataTypeName(dtype)} [${x.shape.join()}]`);
  return tf.tidy(() => {
    const scalars = [cluster.hosts.length, GROUP, instance].map((value) => tf.scalar(value, 'int32'));
    return backend.executeSingleOutput(op, attributesOf(op, dtype, { backend }), [x, ...scalars]);
  });
}

function attributesOf(op: CollectiveOp, dtype: number, { backend }: Pick<Where, 'backend'>): Attribute[] {
  return [
    { name: 'T', type: AttributeType.type, value: dtype },
    ...(op === 'CollectiveReduceV2' ? [text('merge_op', 'Add'), text('final_op', 'Id')] : []),
    text('communication_hint', backend.binding.runtime.device.type === 'GPU' ? 'nccl' : 'ring'),
    // None: with a timeout TensorFlow keeps a sleeping thread for every collective until its time is over (SchedNonBlockingClosureAfter,
    // tensorflow/core/common_runtime/base_collective_executor.cc). Who is gone or hangs is found by `watchPeers`.
    { name: 'timeout_seconds', type: AttributeType.float, value: 0 },
    bool('is_stateless', false),
    int('Nordering_token', 0),
    ...(op === 'CollectiveReduceV2' ? [int('max_subdivs_per_device', -1)] : []),
  ];
}
