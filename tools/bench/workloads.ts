/** One comparison: what each side runs, how, and how much arithmetic a step is. */
export interface Workload {
  readonly name: string;
  /** What `ours.ts` builds. */
  readonly ours: string;
  /** What `reference.py` builds. */
  readonly pytorch: 'supervised' | 'fixmatch' | 'smoothing' | 'byol-resnet18' | 'byol-resnet50';
  readonly mode: 'compiled' | 'uncompiled';
  readonly precision: 'float32' | 'bfloat16';
  /** Steps in one turn. */
  readonly steps: number;
  /** Multiply-adds of a step times 2, in 10⁹. */
  readonly gflop?: number;
}

// 214.35 M multiply-adds an image forward; backward is twice that.
const WRN_FORWARD = (2 * 214.35e6) / 1e9;
const SUPERVISED = 64 * 3 * WRN_FORWARD;
const FIXMATCH = (16 + 7 * 16) * 3 * WRN_FORWARD + 7 * 16 * WRN_FORWARD;

// Two views; the student forward and backward, the teacher forward: 555.4 M and 4.09 G multiply-adds an image.
const BYOL_18 = (64 * 2 * 4 * 2 * 555.4e6) / 1e9;
const BYOL_50 = (8 * 2 * 4 * 2 * 4.09e9) / 1e9;

const MODES = [
  ['uncompiled', 'float32'],
  ['compiled', 'float32'],
  ['compiled', 'bfloat16'],
] as const;

function label(precision: 'float32' | 'bfloat16'): string {
  return precision === 'float32' ? 'fp32' : 'bf16';
}

/** What `npm run bench` compares. */
export const WORKLOADS: readonly Workload[] = [
  ...MODES.map(([mode, precision]): Workload => ({
    name: `WRN-28-2 SGD step, batch 64, ${mode} ${label(precision)}`,
    ours: 'supervised',
    pytorch: 'supervised',
    mode,
    precision,
    steps: 3,
    gflop: SUPERVISED,
  })),
  ...MODES.map(([mode, precision]): Workload => ({
    name: `FixMatch step, 16 + 7·16, ${mode} ${label(precision)}`,
    ours: 'fixmatch',
    pytorch: 'fixmatch',
    mode,
    precision,
    steps: 2,
    gflop: FIXMATCH,
  })),
  ...(['float32', 'bfloat16'] as const).flatMap((precision): Workload[] => [
    {
      name: `BYOL step, ResNet-18, 32 pixels, batch 64, compiled ${label(precision)}`,
      ours: 'byol-resnet18',
      pytorch: 'byol-resnet18',
      mode: 'compiled',
      precision,
      steps: 1,
      gflop: BYOL_18,
    },
    {
      name: `BYOL step, ResNet-50, 224 pixels, batch 8, compiled ${label(precision)}`,
      ours: 'byol-resnet50',
      pytorch: 'byol-resnet50',
      mode: 'compiled',
      precision,
      steps: 1,
      gflop: BYOL_50,
    },
  ]),
  ...['tma', 'sts-tensor', 'sts-layer', 'sts-channel', 'sts-neuron'].map((kind): Workload => ({
    name: `smoothing 25.6 M parameters, ${kind}`,
    ours: kind,
    pytorch: 'smoothing',
    mode: 'compiled',
    precision: 'float32',
    steps: 10,
  })),
];

/** `model.fit` of TensorFlow.js' layers, compiled beside as it is: names, and what `fit/models.ts` builds. */
export const FITS = [
  { name: 'model.fit of a small convolutional classifier, batch 64', model: 'convolutional' },
  { name: 'model.fit of an LSTM, 12 time steps, batch 32', model: 'recurrent' },
] as const;
