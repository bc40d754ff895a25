/** How a side computes: `tf32` is of GPUs. */
export type Precision = 'float32' | 'tf32' | 'bfloat16';

/** How large a step is where it is not the usual size: labelled images of FixMatch, images of a view of BYOL, their side. */
export interface Size {
  readonly batch?: number;
  readonly pixels?: number;
}

/** What is aimed at; the bench says whether it is met. */
export interface Aim {
  /** Time over PyTorch's, of medians, at most. */
  readonly ratio?: number;
  /** Milliseconds at most. */
  readonly ms?: number;
  /** Memory beyond the libraries over PyTorch's, at most. */
  readonly memory?: number;
}

/** One comparison: what each side runs, how, and how much arithmetic a step is. */
export interface Workload {
  readonly name: string;
  /** What `ours.ts` builds. */
  readonly ours: string;
  /** What `reference.py` builds. */
  readonly pytorch: string;
  readonly mode: 'compiled' | 'uncompiled';
  readonly precision: Precision;
  readonly size?: Size;
  /** Steps in one turn. */
  readonly steps: number;
  /** Multiply-adds of a step times 2, in 10⁹. */
  readonly gflop?: number;
  /** Images that a step eats. */
  readonly images?: number;
  readonly aim?: Aim;
}

// 214.35 M multiply-adds an image forward; backward is twice that.
const WRN_FORWARD = (2 * 214.35e6) / 1e9;
const SUPERVISED = 64 * 3 * WRN_FORWARD;
/** The student's passes over labelled and strong images, the teacher's forward over weak ones. */
const fixmatchOf = (labelled: number): number => labelled * (8 * 3 + 7) * WRN_FORWARD;

/** Two views; the student forward and backward, the teacher forward. @param forward multiply-adds an image */
const byolOf = (images: number, forward: number): number => (images * 2 * 4 * 2 * forward) / 1e9;
const RESNET_18 = 555.4e6;
const RESNET_50 = 4.09e9;

const MODES = [
  ['uncompiled', 'float32'],
  ['compiled', 'float32'],
  ['compiled', 'bfloat16'],
] as const;

const LABELS: { readonly [precision in Precision]: string } = { float32: 'fp32', tf32: 'tf32', bfloat16: 'bf16' };

/** Of a whole step on the processor; code that is not compiled has no aim. */
function aimOnCpu(mode: Workload['mode'], precision: Precision): { readonly aim?: Aim } {
  return mode === 'uncompiled' ? {} : { aim: { ratio: precision === 'bfloat16' ? 0.95 : 0.9, memory: 1 } };
}

/** A pass over 25.6 M weights: the teacher's update, or what bounds it. */
function pass(name: string, ours: string, pytorch: string, aim?: Aim): Workload {
  return { name, ours, pytorch, mode: 'compiled', precision: 'float32', steps: 10, ...(aim && { aim }) };
}

/** The step whose appetite for images is held against loading. */
export const EATERS = { cifar: 'FixMatch step, 16 + 7·16, compiled fp32', jpeg: 'BYOL step, ResNet-50, 224 pixels, batch 8, compiled fp32' } as const; // prettier-ignore

/** What `npm run bench` compares on the processor. */
const ON_CPU: readonly Workload[] = [
  ...MODES.map(([mode, precision]): Workload => ({
    name: `WRN-28-2 SGD step, batch 64, ${mode} ${LABELS[precision]}`,
    ours: 'supervised',
    pytorch: 'supervised',
    mode,
    precision,
    steps: 3,
    gflop: SUPERVISED,
    ...aimOnCpu(mode, precision),
  })),
  ...MODES.map(([mode, precision]): Workload => ({
    name: `FixMatch step, 16 + 7·16, ${mode} ${LABELS[precision]}`,
    ours: 'fixmatch',
    pytorch: 'fixmatch',
    mode,
    precision,
    steps: 2,
    gflop: fixmatchOf(16),
    images: 8 * 16,
    ...aimOnCpu(mode, precision),
  })),
  {
    name: "FixMatch step of the quickstart's WRN-10-2, 16 + 7·16 at 28 pixels, compiled fp32",
    ours: 'quickstart',
    pytorch: 'quickstart',
    mode: 'compiled',
    precision: 'float32',
    steps: 10,
    images: 8 * 16,
    ...aimOnCpu('compiled', 'float32'),
  },
  ...(['float32', 'bfloat16'] as const).flatMap((precision): Workload[] => [
    {
      name: `BYOL step, ResNet-18, 32 pixels, batch 64, compiled ${LABELS[precision]}`,
      ours: 'byol-resnet18',
      pytorch: 'byol-resnet18',
      mode: 'compiled',
      precision,
      steps: 1,
      gflop: byolOf(64, RESNET_18),
      images: 64,
      ...aimOnCpu('compiled', precision),
    },
    {
      name: `BYOL step, ResNet-50, 224 pixels, batch 8, compiled ${LABELS[precision]}`,
      ours: 'byol-resnet50',
      pytorch: 'byol-resnet50',
      mode: 'compiled',
      precision,
      steps: 1,
      gflop: byolOf(8, RESNET_50),
      images: 8,
      ...aimOnCpu('compiled', precision),
    },
  ]),
  pass('copying 25.6 M weights, a floor of smoothing', 'copy', 'copy'),
  pass('drawing 25.6 M numbers, a floor of smoothing by weight', 'draw', 'draw'),
  pass('smoothing 25.6 M weights, tma', 'tma', 'smoothing', { ratio: 1 }),
  ...['sts-tensor', 'sts-layer', 'sts-channel'].map((kind) =>
    pass(`smoothing 25.6 M weights, ${kind}`, kind, 'smoothing', { ratio: 1.2 }),
  ),
  pass('smoothing 25.6 M weights, sts-weight', 'sts-neuron', 'smoothing', { ratio: 8 }),
];

/** On a GPU: the sizes of the papers. */
const ON_GPU: readonly Workload[] = (['float32', 'tf32', 'bfloat16'] as const).flatMap((precision): Workload[] => [
  {
    name: `FixMatch step, 64 + 7·64, compiled ${LABELS[precision]}`,
    ours: 'fixmatch',
    pytorch: 'fixmatch',
    mode: 'compiled',
    precision,
    size: { batch: 64 },
    steps: 20,
    gflop: fixmatchOf(64),
    // What both sides can tell of a GPU's memory is not the same: no aim.
    aim: { ratio: 1 },
  },
  {
    name: `BYOL step, ResNet-50, 224 pixels, batch 256, compiled ${LABELS[precision]}`,
    ours: 'byol-resnet50',
    pytorch: 'byol-resnet50',
    mode: 'compiled',
    precision,
    size: { batch: 256, pixels: 224 },
    steps: 5,
    gflop: byolOf(256, RESNET_50),
    // What both sides can tell of a GPU's memory is not the same: no aim.
    aim: { ratio: 1 },
  },
]);

/** Whether everything runs, and nothing of speed: the least sizes, on the processor, which has no tf32. */
function smoke(workload: Workload): Workload {
  const { gflop: _, aim: __, images: ___, ...rest } = workload;
  const pixels = workload.pytorch.startsWith('byol') ? { pixels: 32 } : {};
  const precision = workload.precision === 'tf32' ? 'float32' : workload.precision;
  return { ...rest, name: `smoke of ${workload.name}`, precision, size: { batch: 2, ...pixels }, steps: 1 };
}

/** With AVX2 a step in float32 stands nearer to what the cores can do on both sides, and less is aimed at. */
function withAvx2(workload: Workload): Workload {
  return workload.aim?.ratio === 0.9 ? { ...workload, aim: { ...workload.aim, ratio: 0.98 } } : workload;
}

/** @param how on which device, capped at which instructions, and whether at the least sizes */
export function workloadsOf(how: {
  readonly device: 'cpu' | 'gpu';
  readonly smoke: boolean;
  readonly isa?: 'avx2';
}): readonly Workload[] {
  const all = how.device === 'gpu' ? ON_GPU : ON_CPU;
  if (how.smoke) return all.map(smoke);
  return how.isa === undefined ? all : all.map(withAvx2);
}

/** `model.fit` of TensorFlow.js' layers, compiled beside as it is: names, and what `fit/models.ts` builds. */
export const FITS = [
  { name: 'model.fit of a small convolutional classifier, batch 64', model: 'convolutional' },
  { name: 'model.fit of an LSTM, 12 time steps, batch 32', model: 'recurrent' },
] as const;
