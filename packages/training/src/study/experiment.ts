import { parse, Study, suggestion, type StudyInput } from '@spatial-ensemble/record';
import type { Measurement } from '../measurement.ts';
import type { Method } from '../method.ts';

// What is stored has its spec checked by its own schema, so the type parameters say nothing here.
// eslint-disable-next-line typescript/no-explicit-any
type AnyMethod = Method<any, any>;
// eslint-disable-next-line typescript/no-explicit-any
type AnyMeasurement = Measurement<any>;

/** The code behind what a study declares beside its method, by the names of its declarations. */
export interface Extensions {
  /** The method of each evaluation: it starts from the weights of a finished run. */
  readonly evaluations?: { readonly [name: string]: AnyMethod };
  readonly measurements?: { readonly [name: string]: AnyMeasurement };
}

/** An experiment: a study and the code of the method that it declares. */
export interface Experiment {
  readonly study: Study;
  readonly method: Method<unknown>;
  readonly evaluations: { readonly [name: string]: Method<unknown> };
  readonly measurements: { readonly [name: string]: Measurement<unknown> };
}

/**
 * What an experiment file exports by default.
 *
 * @param extensions the code of the evaluations and measurements that the study declares, under the same names.
 *   A method of evaluation finds in its spec, beside what the study declares, `network` (the declaration's) and
 *   `pretraining`, the resolved spec of the run that it starts from.
 * @throws SchemaError naming every thing that is wrong with the declaration.
 * @throws Error where a declaration has no code, or code no declaration.
 */
export function defineExperiment<Spec, S extends object>(
  method: Method<Spec, S>,
  study: Omit<StudyInput, 'method' | 'spec'> & { readonly spec: object },
  { evaluations = {}, measurements = {} }: Extensions = {},
): Experiment {
  const declared = parse(Study, { ...study, method: method.name }, `the study ${study.name}`);
  sameNames('evaluation', Object.keys(declared.evaluations ?? {}), Object.keys(evaluations));
  sameNames('measurement', Object.keys(declared.measurements ?? {}), Object.keys(measurements));
  return {
    study: declared,
    method: method as unknown as Method<unknown>,
    evaluations: evaluations as unknown as Experiment['evaluations'],
    measurements: measurements as unknown as Experiment['measurements'],
  };
}

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
