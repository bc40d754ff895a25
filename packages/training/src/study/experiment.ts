import { parse, Study, type StudyInput } from '@spatial-ensemble/record';
import type { Method } from '../method.ts';

/** An experiment: a study and the code of the method that it declares. */
export interface Experiment {
  readonly study: Study;
  readonly method: Method<unknown>;
}

/**
 * What an experiment file exports by default.
 *
 * @throws SchemaError naming every thing that is wrong with the declaration.
 */
export function defineExperiment<Spec, S extends object>(
  method: Method<Spec, S>,
  study: Omit<StudyInput, 'method' | 'spec'> & { readonly spec: object },
): Experiment {
  return {
    study: parse(Study, { ...study, method: method.name }, `the study ${study.name}`),
    method: method as unknown as Method<unknown>,
  };
}
