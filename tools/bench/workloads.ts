/** One comparison: what each side runs, how, and how much arithmetic a step is. */
export interface Workload {
  readonly name: string;
  /** What `ours.ts` builds. */
  readonly ours: string;
  /** What `reference.py` builds. */
  readonly pytorch: 'supervised' | 'fixmatch' | 'smoothing';
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
  ...['tma', 'sts-tensor', 'sts-layer', 'sts-channel', 'sts-neuron'].map((kind): Workload => ({
    name: `smoothing 25.6 M parameters, ${kind}`,
    ours: kind,
    pytorch: 'smoothing',
    mode: 'compiled',
    precision: 'float32',
    steps: 10,
  })),
];
