import type { DataSet } from '@spatial-ensemble/datasets';
import { parse, Study, suggestion, type MeasurementRecipe, type Recipe } from '@spatial-ensemble/record';
import type { StudyOf } from './study-of.ts';

/** What stands behind what a study declares beside its method, by the names of its declarations. */
export interface Extensions<M, N> {
  /** Those that the study's `data.source` may name: its own, and those of its tiers and evaluations. */
  readonly dataSets: readonly DataSet[];
  /** The method of each evaluation: it starts from the weights of a finished run. */
  readonly evaluations?: { readonly [name: string]: M };
  readonly measurements?: { readonly [name: string]: N };
}

/**
 * An experiment: a study and the code of the method that it declares.
 *
 * @typeParam M what methods are to whoever runs it; a study knows them by their recipes.
 * @typeParam N what measurements are to them.
 */
export interface Experiment<
  M extends Recipe<unknown> = Recipe<unknown>,
  N extends MeasurementRecipe<unknown> = MeasurementRecipe<unknown>,
> {
  readonly study: Study;
  readonly method: M;
  readonly dataSets: readonly DataSet[];
  readonly evaluations: { readonly [name: string]: M };
  readonly measurements: { readonly [name: string]: N };
}

// What is stored has its spec checked by its own schema, so the type parameters say nothing here.
/* eslint-disable typescript/no-explicit-any */

/**
 * What an experiment file exports by default.
 *
 * @param extensions the data sets that the study names, and the code of the evaluations and measurements that the study declares, under the same names.
 *   A method of evaluation finds in its spec, beside what the study declares, `whose` (the declaration's) and
 *   `pretraining`, the resolved spec of the run that it starts from.
 * @throws SchemaError naming every thing that is wrong with the declaration.
 * @throws Error where a declaration has no code, or code no declaration.
 */
export function defineExperiment<Spec, Input>(
  method: Recipe<Spec, Input>,
  study: StudyOf<NoInfer<Input>>,
  { dataSets, evaluations = {}, measurements = {} }: Extensions<Recipe<any>, MeasurementRecipe<any>>,
): Experiment<any, any> {
  const declared = parse(Study, { ...study, method: method.name }, `the study ${study.name}`);
  sameNames('evaluation', Object.keys(declared.evaluations ?? {}), Object.keys(evaluations));
  sameNames('measurement', Object.keys(declared.measurements ?? {}), Object.keys(measurements));
  return { study: declared, method, dataSets, evaluations, measurements };
}
/* eslint-enable typescript/no-explicit-any */

function sameNames(what: string, declared: readonly string[], given: readonly string[]): void {
  for (const name of declared.filter((one) => !given.includes(one)))
    throw new Error(
      `the ${what} '${name}' is declared, but its code was not given to defineExperiment.${suggestion(name, given)}`,
    );
  for (const name of given.filter((one) => !declared.includes(one)))
    throw new Error(
      `the code of the ${what} '${name}' was given, but the study does not declare it.${suggestion(name, declared)}`,
    );
}
