import type { HostTensor } from '@spatial-ensemble/engine';
import type { Metas, Tensors, Variables } from '@spatial-ensemble/nn';
import type { Key } from '@spatial-ensemble/random';
import type { Units } from '@spatial-ensemble/smoothing';
import type { At, Batch, HostBatch, Metrics } from '@spatial-ensemble/training';
import type * as tf from '@tensorflow/tfjs-core';

/** The state of what is compared; every method's has this form. */
export interface SubjectState {
  readonly student: Variables;
  readonly velocity: Tensors;
  readonly teacher?: Variables;
  readonly queue?: tf.Tensor2D;
  readonly probe?: { readonly variables: Variables; readonly velocity: Tensors };
}

/** A training step, pure. */
export type SubjectStep = (state: SubjectState, batch: Batch, at: At) => readonly [SubjectState, Metrics];

interface BothMetas {
  readonly params: Metas;
  readonly buffers: Metas;
}

/** One row of the parity check: a training step of ours, and what PyTorch needs to know to do the same. */
export interface Subject {
  readonly name: string;
  /** For `reference/steps.py`, but for the scalars of a step. */
  readonly config: { readonly method: string; readonly [option: string]: unknown };
  readonly step: SubjectStep;
  /**
   * The same step with a momentum and a weight decay of 0: from a velocity of zeros its new velocity is the gradient,
   * bit for bit.
   */
  readonly bare: SubjectStep;
  /** What the networks give for a batch, by name, before anything is updated. */
  readonly forward: (state: SubjectState, batch: Batch) => Tensors;
  readonly first: () => SubjectState;
  readonly metas: { readonly student: BothMetas; readonly teacher?: BothMetas; readonly probe?: BothMetas };
  readonly batch: (step: number) => HostBatch;
  /** Scheduled numbers of a step. */
  readonly scalars: (step: number) => { readonly [name: string]: number };
  /** The units whose masks are drawn; absent where the teacher has none. */
  readonly units?: Units;
  /** What else PyTorch is given, by name: orders that we drew. */
  readonly drawn?: (key: Key) => { readonly [name: string]: HostTensor };
}
