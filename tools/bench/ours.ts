import { createInterface } from 'node:readline';
import { fixmatch, FixMatchSpec } from '@spatial-ensemble/fixmatch';
import {
  compileStep,
  hostScalar,
  keyed,
  softmaxCrossEntropy,
  useTensorFlow,
  valueAndGrad,
  type HostTensor,
  type Profile,
} from '@spatial-ensemble/engine';
import { FIXMATCH_WRN_28_2, kernelsOnly, sgd, wideResNet, type Tensors } from '@spatial-ensemble/nn';
import { key, unitMask, type Key } from '@spatial-ensemble/random';
import { smooth, unitsOf, type Granularity, type Metas } from '@spatial-ensemble/smoothing';
import * as tf from '@tensorflow/tfjs-core';
import { byolWorkload } from './byol.ts';
import { resnet50Shapes } from './resnet50-shapes.ts';

interface Run {
  (): void;
  /** Where the time of a step goes; of a compiled one alone. */
  readonly profile?: () => Profile;
}
/** A training step over trees; each workload knows its own state and arguments. */
type Step = (state: object, ...args: readonly unknown[]) => readonly [object, unknown];

const [workload = '', mode = 'compiled', precision = 'float32'] = process.argv.slice(2);

/** Runs a step over and over: as one compiled function, or op by op. */
function repeat(name: string, step: Step, state: object, args: (n: number) => readonly unknown[]): Run {
  let current = state;
  let n = 0;
  if (mode === 'compiled') {
    const compiled = compileStep(step, { name, precision: precision as 'float32' | 'bfloat16' });
    const once = (): void => {
      const [next, result] = compiled(current, ...args(n++)) as readonly [object, tf.TensorContainer];
      current = next;
      tf.dispose(result);
    };
    return Object.assign(once, { profile: () => compiled.profile(current, ...args(n)) });
  }
  return () => {
    const [next] = tf.tidy(
      () => step(current, ...(asTensors(args(n++)) as readonly unknown[])) as unknown as tf.TensorContainer,
    ) as unknown as readonly [object];
    tf.dispose(current as unknown as tf.TensorContainer);
    current = next;
  };
}

/** Host tensors as tensors, deep in a tree. */
function asTensors(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asTensors);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  const { data, shape } = value as Partial<HostTensor>;
  if (ArrayBuffer.isView(data))
    return tf.tensor(
      data instanceof Float32Array ? data : Int32Array.from(data),
      [...shape!],
      data instanceof Float32Array ? 'float32' : 'int32',
    );
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, asTensors(part)]));
}

function images(n: number): HostTensor {
  return { data: Uint8Array.from({ length: n * 32 * 32 * 3 }, (_, i) => (i * 7919) % 256), shape: [n, 32, 32, 3] };
}

function labels(n: number): HostTensor {
  return { data: Int32Array.from({ length: n }, (_, i) => i % 10), shape: [n] };
}

/** A supervised SGD step of WRN-28-2 at batch 64, padded as PyTorch pads. */
function supervised(): Run {
  const network = wideResNet({ ...FIXMATCH_WRN_28_2, padding: 'symmetric' });
  const optimiser = sgd(network.metas.params, {
    momentum: 0.9,
    nesterov: true,
    weightDecay: 5e-4,
    decays: kernelsOnly,
  });
  const variables = network.init(key(1));
  const state = { ...variables, ...optimiser.init(variables.params) };
  const batch = { x: images(64), y: labels(64) };
  const step = (s: typeof state, { x, y }: { x: tf.Tensor; y: tf.Tensor }, learningRate: tf.Scalar) => {
    const scaled = tf.sub(tf.mul(tf.cast(x, 'float32'), 2 / 255), 1);
    const { loss, aux, grads } = valueAndGrad((params: Tensors) => {
      const { logits, buffers } = network.apply({ params, buffers: s.buffers }, scaled, { mode: 'train' });
      return { loss: tf.mean(softmaxCrossEntropy(logits, y)) as tf.Scalar, aux: buffers };
    })(s.params);
    const { velocity } = s;
    const { params, slots } = optimiser.update({ params: s.params, grads, slots: { velocity }, learningRate });
    return [{ params, ...slots, buffers: aux }, { loss }] as const;
  };
  return repeat('bench.supervised', step as unknown as Step, state, () => [batch, hostScalar(0.03)]);
}

/** The FixMatch step: student 16 + 7·16 forward and backward, teacher 7·16 forward, moving average. */
function fixMatch(): Run {
  const spec = FixMatchSpec.parse({ steps: 1000, batch: { labelled: 16 }, network: { padding: 'symmetric' } });
  const trained = fixmatch.bind(spec);
  const batch = {
    labelled: { weak: images(16), labels: labels(16) },
    unlabelled: { weak: images(112), strong: images(112), labels: labels(112) },
  };
  const scalars = (n: number) =>
    Object.fromEntries(Object.entries(trained.at(n)).map(([name, value]) => [name, hostScalar(value)]));
  const step = trained.step as unknown as Step;
  return repeat('bench.fixmatch', step, trained.init(key(1)), (n) => [batch, { scalars: scalars(n), key: key(n) }]);
}

/** The teacher's update alone, over ResNet-50's 161 tensors. */
function smoothing(kind: string): Run {
  const [rule, granularity = 'tensor'] = kind.split('-') as ['tma' | 'sts', Granularity?];
  const metas: Metas = resnet50Shapes();
  const units = unitsOf(metas, granularity);
  const filled = (make: (shape: number[]) => tf.Tensor): Tensors =>
    Object.fromEntries(Object.entries(metas).map(([name, { shape }]) => [name, make([...shape])]));
  const step = (
    state: { teacher: Tensors; student: Tensors },
    scalars: { momentumComplement: tf.Tensor; preserve: tf.Tensor },
    at: Key,
  ) => {
    const { teacher, preserveRate } = smooth(rule, state.teacher, state.student, units, {
      ...scalars,
      draw: (unit, shape) => keyed.uniform(unitMask(at, unit), shape),
    });
    return [{ teacher, student: state.student }, { preserveRate }] as const;
  };
  const scalars = { momentumComplement: hostScalar(0.01), preserve: hostScalar(0.7) };
  return repeat(
    'bench.smooth',
    step as unknown as Step,
    { teacher: filled((shape) => tf.zeros(shape)), student: filled((shape) => tf.ones(shape)) },
    (n) => [scalars, key(n)],
  );
}

function selfSupervised(): Run {
  const { step, state, args } = byolWorkload(workload);
  return repeat('bench.byol', step as unknown as Step, state, args);
}

const BUILT: { readonly [name: string]: () => Run } = { supervised, fixmatch: fixMatch };

await useTensorFlow();
const run = workload.startsWith('byol') ? selfSupervised() : (BUILT[workload]?.() ?? smoothing(workload));
process.stdout.write(`${JSON.stringify({ ready: true })}\n`);
for await (const line of createInterface({ input: process.stdin })) {
  const { steps, profile } = JSON.parse(line) as { steps: number; profile?: true };
  if (profile === true) {
    run();
    process.stdout.write(`${JSON.stringify(run.profile!())}\n`);
    continue;
  }
  const ms = Array.from({ length: steps }, () => {
    const start = performance.now();
    run();
    return performance.now() - start;
  });
  process.stdout.write(`${JSON.stringify({ ms, peakMb: process.resourceUsage().maxRSS / 1024 })}\n`);
}
