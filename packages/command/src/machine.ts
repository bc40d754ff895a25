import type { Cluster, XlaOptions } from '@spatial-ensemble/engine';
import type { Arithmetic } from '@spatial-ensemble/record';

/** What runs are computed on, and how. None of it is declared; what decides last bits is part of a run's identity. */
export interface Machine {
  readonly device: 'cpu' | 'gpu';
  /** Which GPU, by its number among those that are visible; default 0. No result depends on it. */
  readonly gpu?: number;
  /** Most bytes of its memory that are taken; default: all that there is. */
  readonly gpuMemoryBytes?: number;
  readonly precision: Arithmetic['precision'];
  readonly xla: boolean;
  /** How XLA compiles for a GPU; which choices of autotuning were loaded is part of the arithmetic. */
  readonly xlaOptions?: XlaOptions;
  /** Kernels that give the same bits every time; on a CPU they always do. */
  readonly deterministic: boolean;
  /** Of TensorFlow, inside an op and between ops; by default as many as there are cores. */
  readonly threads?: number;
  /** Threads that load and augment images; the result does not depend on it. */
  readonly workers: number;
  /** Images that pass through the network at once, for methods that can add up their gradient. */
  readonly microBatch?: number;
  /** The processes that this one trains with, each its part of every batch. */
  readonly cluster?: Cluster;
}
