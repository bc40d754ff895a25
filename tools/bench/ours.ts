import { fixmatch, FixMatchSpec, type FixMatchInput } from '@spatial-ensemble/fixmatch';
import {
  compile,
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
import { answerQuestions, timed } from './answer.ts';
import type { Asked } from './asked.ts';
import { byolWorkload } from './byol.ts';
import { memoryBeyondLibraries } from './memory.ts';
import { resnet50Shapes } from './resnet50-shapes.ts';

interface Run {
  (): void;
  /** Where the time of a step goes; of a compiled one alone. */
  readonly profile?: () => Profile;
}
/** A training step over trees; each workload knows its own state and arguments. */
type Step = (state: object, ...args: readonly unknown[]) => readonly [object, unknown];
/** What a step shows: training its loss, smoothing what it kept, among others. */
interface Shown {
  readonly loss?: tf.Tensor;
  readonly preserveRate?: tf.Tensor;
}

const asked = JSON.parse(process.argv[2]!) as Asked;
const { workload, batch, pixels } = asked;

/** Runs a step over and over: as one compiled function, or op by op. Its time ends when a number of it was read. */
function repeat(name: string, step: Step, state: object, args: (n: number) => readonly unknown[]): Run {
  let current = state;
  let n = 0;
  if (asked.mode === 'compiled') {
    const precision = asked.precision === 'bfloat16' ? 'bfloat16' : 'float32';
    const compiled = compileStep(step, { name, precision, xla: asked.xla });
    const once = (): void => {
      const [next, result] = compiled(current, ...args(n++)) as readonly [object, Shown];
      current = next;
      finish(result);
    };
    return Object.assign(once, { profile: () => compiled.profile(current, ...args(n)) });
  }
  return () => {
    const [next, result] = tf.tidy(
      () => step(current, ...(asTensors(args(n++)) as readonly unknown[])) as unknown as tf.TensorContainer,
    ) as unknown as readonly [object, Shown];
    finish(result);
    tf.dispose(current as unknown as tf.TensorContainer);
    current = next;
  };
}

/** On a GPU ops are begun, and done some time; whoever reads a number waits for them. */
function finish(shown: Shown): void {
  (shown.loss ?? shown.preserveRate)!.dataSync();
  tf.dispose({ ...shown });
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

function images(n: number, size = 32, channels = 3): HostTensor {
  const shape = [n, size, size, channels];
  return { data: Uint8Array.from({ length: n * size * size * channels }, (_, i) => (i * 7919) % 256), shape };
}

function labels(n: number): HostTensor {
  return { data: Int32Array.from({ length: n }, (_, i) => i % 10), shape: [n] };
}

/** A supervised SGD step of WRN-28-2, padded as PyTorch pads. */
function supervised(): Run {
  const count = batch ?? 64;
  const network = wideResNet({ ...FIXMATCH_WRN_28_2, padding: 'symmetric' });
  const optimiser = sgd(network.metas.params, {
    momentum: 0.9,
    nesterov: true,
    weightDecay: 5e-4,
    decays: kernelsOnly,
  });
  const variables = network.init(key(1));
  const state = { ...variables, ...optimiser.init(variables.params) };
  const given = { x: images(count), y: labels(count) };
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
  return repeat('bench.supervised', step as unknown as Step, state, () => [given, hostScalar(0.03)]);
}

/** The FixMatch step: student 16 + 7·16 forward and backward, teacher 7·16 forward, moving average. */
function fixMatch(): Run {
  const labelled = batch ?? 16;
  return stepOf({ steps: 1000, batch: { labelled }, network: { padding: 'symmetric' } }, [labelled, 32, 3]);
}

/** The same at the size of `experiments/quickstart.experiment.ts`. */
function quickstart(): Run {
  const labelled = batch ?? 16;
  const network = { depth: 10, width: 2, stemStride: 2, channels: 1, batchNorm: { decay: 0.95 } } as const;
  const spec = { steps: 700, batch: { labelled }, network, teacher: { kind: 'tma', momentum: 0.94 } } as const;
  return stepOf(spec, [labelled, 28, 1]);
}

function stepOf(input: FixMatchInput, [labelled, size, channels]: readonly [number, number, number]): Run {
  const trained = fixmatch.bind(FixMatchSpec.parse(input));
  const of = (n: number): HostTensor => images(n, size, channels);
  const unlabelled = 7 * labelled;
  const given = {
    labelled: { weak: of(labelled), labels: labels(labelled) },
    unlabelled: { weak: of(unlabelled), strong: of(unlabelled), labels: labels(unlabelled) },
  };
  const scalars = (n: number) =>
    Object.fromEntries(Object.entries(trained.at(n)).map(([name, value]) => [name, hostScalar(value)]));
  const step = trained.step as unknown as Step;
  return repeat('bench.fixmatch', step, trained.init(key(1)), (n) => [given, { scalars: scalars(n), key: key(n) }]);
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

/** A pass that bounds smoothing, over as many numbers: copying them, by one thread, or drawing one for each. */
function floor(kind: 'copy' | 'draw'): Run {
  const sizes = Object.values(resnet50Shapes()).map(({ shape }) => shape.reduce((product, size) => product * size, 1));
  if (kind === 'copy') {
    const pairs = sizes.map((size) => [new Float32Array(size), new Float32Array(size).fill(1)] as const);
    return () => pairs.forEach(([to, from]) => to.set(from));
  }
  const draw = compile((at: Key) => sizes.map((size, i) => keyed.uniform(unitMask(at, `${i}`), [size])), {
    name: 'bench.draw',
  });
  let n = 0;
  return () => tf.dispose(draw(key(n++)));
}

function selfSupervised(): Run {
  const { step, state, args } = byolWorkload(workload, { ...(batch && { batch }), ...(pixels && { pixels }) });
  return repeat('bench.byol', step as unknown as Step, state, args);
}

const BUILT: { readonly [name: string]: () => Run } = {
  supervised,
  fixmatch: fixMatch,
  quickstart,
  copy: () => floor('copy'),
  draw: () => floor('draw'),
};

await useTensorFlow({
  device: asked.device,
  ...(asked.device === 'gpu' && { deterministic: asked.deterministic, tensorFloat32: asked.precision === 'tf32' }),
});
const memory = memoryBeyondLibraries(asked.device);
const run = workload.startsWith('byol') ? selfSupervised() : (BUILT[workload]?.() ?? smoothing(workload));
await answerQuestions(
  () => timed(run),
  memory,
  () => {
    // Traced, and its state in variables.
    run();
    return run.profile!();
  },
);
