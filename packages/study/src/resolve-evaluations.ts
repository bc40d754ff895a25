import type { DataSet } from '@spatial-ensemble/datasets';
import { applyPatch, parse, type JsonObject, type Patch, type Recipe } from '@spatial-ensemble/record';
import type { Experiment } from './experiment.ts';
import { named } from './named.ts';
import { allOf, parseData } from './parse-data.ts';
import { overridden, patched } from './patched.ts';
import type { Specs } from './resolve-measurements.ts';
import type { Place } from './resolved-run.ts';
import { smokeSpec } from './smoke.ts';
import { together } from './together.ts';

interface ResolvedEvaluation<M> {
  readonly name: string;
  readonly method: M;
  readonly spec: JsonObject;
  readonly data: JsonObject;
}

/** The evaluations of a run: their specs hold the resolved spec of the run as `pretraining`. */
export function evaluationsOf<M extends Recipe<unknown>>(
  { study, evaluations }: Pick<Experiment<M>, 'study' | 'evaluations'>,
  patches: readonly Patch[],
  run: { readonly spec: JsonObject; readonly data: JsonObject; readonly dataSets: readonly DataSet[] },
  overrides: readonly string[],
  { tier, arm }: Place,
  derived: boolean,
): ResolvedEvaluation<M>[] {
  const here = Object.entries(study.evaluations ?? {}).filter(([, { tiers }]) => tiers?.includes(tier) ?? true);
  const declared = here.map(([name, evaluation]) => {
    const method = named(evaluations, name);
    const base = { ...evaluation.spec, whose: evaluation.whose, pretraining: run.spec };
    const full = parse(
      method.schema,
      patched(base, patches, (patch) => patch.evaluations?.[name]?.spec),
      `the evaluation ${name} of ${study.name}, arm ${arm}`,
      `evaluations.${name}`,
    ) as JsonObject;
    const { pretraining, ...spec } = derived ? smokeSpec(method, full) : full;
    const ofEvaluation = patched(evaluation.data ?? {}, patches, (patch) => patch.evaluations?.[name]?.data);
    // What a study declares of its own images does not fit those of a smoke run.
    const data = derived ? run.data : applyPatch(run.data, ofEvaluation);
    return { name, method, pretraining: pretraining!, given: { ...spec, data: allOf(run.dataSets, data) } };
  });
  const given = Object.fromEntries(declared.map(({ name, given: one }) => [name, one]));
  const checked = declared.map(({ name, method }) => ({
    at: ['evaluations', name],
    schema: method.schema,
    but: 'pretraining',
  }));
  const changed = overridden({ evaluations: given }, overrides, arm, checked)['evaluations'] as Specs;
  return declared.map(({ name, method, pretraining }) => {
    const { data, ...spec } = named(changed, name);
    const what = `the evaluation ${name} of ${study.name}, arm ${arm}`;
    const prefix = `evaluations.${name}`;
    const [checkedSpec, checkedData] = together(
      what,
      () => parse(method.schema, { ...spec, pretraining }, what, prefix) as JsonObject,
      () => parseData(run.dataSets, data, what, `${prefix}.data`),
    );
    return { name, method, spec: checkedSpec, data: checkedData };
  });
}
