import type { Experiment as Declared, ResolvedRun as Resolved } from '@spatial-ensemble/study';
import type { Measurement, Method } from '@spatial-ensemble/training';

/** An experiment whose methods can be trained. */
export type Experiment = Declared<Method<unknown>, Measurement<unknown>>;

/** A run of it, fully resolved. */
export type ResolvedRun = Resolved<Method<unknown>>;
