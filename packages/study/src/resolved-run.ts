import type { DataSet } from '@spatial-ensemble/datasets';
import type { Departure, JsonObject, Labels, Recipe, RunSpec, Seeds, Tier } from '@spatial-ensemble/record';
import { type GridPoint, sweptText } from './grid.ts';

/** Which run of a study it is. */
export interface Place {
  readonly tier: Tier;
  readonly variant: string | undefined;
  readonly arm: string;
  readonly seed: number;
}

/** What a study calls a run. */
export function labelsOf({ variant, tier, arm, seed, evaluation }: ResolvedRun): Labels {
  return {
    ...(variant !== undefined && { variant }),
    tier,
    arm,
    seed,
    ...(evaluation !== undefined && { evaluation }),
  };
}

/** `sts, seed 1`; of a grid `sts, teacher.momentum.value=0.9, seed 1`. */
export function runName({ arm, swept, seed }: Pick<ResolvedRun, 'arm' | 'swept' | 'seed'>): string {
  return [arm, ...(swept === undefined ? [] : [sweptText(swept)]), `seed ${seed}`].join(', ');
}

/** One run, resolved: no default and no patch is left to apply. */
export interface ResolvedRun<M extends Recipe<unknown> = Recipe<unknown>> {
  readonly tier: Tier;
  readonly variant: string | undefined;
  readonly arm: string;
  readonly seed: number;
  /** Those of its parts. */
  readonly seeds: Seeds;
  /** At how many of its last checkpoints the test images are looked at. */
  readonly testPoints: number;
  readonly method: M;
  readonly spec: JsonObject;
  /** The one that `data.source` names. */
  readonly dataSet: DataSet;
  readonly data: JsonObject;
  readonly measurements: RunSpec['measurements'];
  /** Updates until it ends. */
  readonly steps: number;
  /** The step at which it is looked at, where that is not the last one of its spec; of an evaluation, that of its run. */
  readonly atStep: number | undefined;
  /** SHA-256 of the imported weights that it starts from; of an evaluation, what its run does. */
  readonly init: string | undefined;
  readonly declaration: string;
  /** What `--set` made of the declared run; undefined where this is the declared one. */
  readonly changed: { readonly overrides: readonly string[]; readonly declaredSteps: number } | undefined;
  /** Where it stands in a grid; undefined where nothing is swept. */
  readonly swept: GridPoint['swept'];
  /** From what the published cells of its arm are of. */
  readonly departures: readonly Departure[];
  /** The study's name for it, if it is an evaluation. */
  readonly evaluation: string | undefined;
  /** Which weights of the run that it evaluates it starts from; undefined where it is none. */
  readonly startsFrom: 'first' | 'last' | undefined;
  /** What is run on its weights; empty for an evaluation. */
  readonly evaluations: readonly ResolvedRun<M>[];
}

/** Every run of a list: each, and then its evaluations. */
export function allRuns<M extends Recipe<unknown>>(runs: readonly ResolvedRun<M>[]): ResolvedRun<M>[] {
  return runs.flatMap((run) => [run, ...run.evaluations]);
}
