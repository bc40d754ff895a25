import { dataSchema, type DataSet } from '@spatial-ensemble/datasets';
import {
  applyOverrides,
  applyPatch,
  declarationHash,
  parse,
  SchemaError,
  type Json,
  type JsonObject,
  type MeasurementRecipe,
  type Patch,
  type Recipe,
  type RunSpec,
  type Seeds,
  type Study,
} from '@spatial-ensemble/record';
import type { Experiment } from './experiment.ts';
import { SMOKE_DATA_SET, smokeData, smokeSpec } from './smoke.ts';
import type { ResolvedRun, Place } from './resolved-run.ts';

/** Resolves one run of a study and the evaluations of it. */
export function resolveRun<M extends Recipe<unknown>, N extends MeasurementRecipe<unknown>>(
  experiment: Experiment<M, N>,
  place: Place,
  overrides: readonly string[],
): ResolvedRun<M> {
  const { study, method } = experiment;
  const { tier, variant, arm } = place;
  const seeds = seedsOf(study, place);
  const patches: Patch[] = [
    study.tiers[tier]?.patch ?? {},
    (variant === undefined ? undefined : study.variants?.[variant]?.patch) ?? {},
    study.arms[arm]!.patch,
    study.tiers[tier]?.arms?.[arm] ?? {},
  ];
  const derived = tier === 'smoke' && study.tiers.smoke === undefined;
  const what = `the spec of ${study.name}, arm ${arm}`;
  // Defaults are filled in first, so that `--set` reaches everything that the method knows.
  const full = parse(
    method.schema,
    patched(study.spec, patches, (patch) => patch.spec),
    what,
  ) as JsonObject;
  const declaredData = patched(study.data as JsonObject, patches, (patch) => patch.data);
  const images = parseData(experiment.dataSets, declaredData, `the data of ${study.name}`, 'data');
  const dataSets = derived ? [SMOKE_DATA_SET] : experiment.dataSets;
  const measured = measuredSpecs(experiment, patches, derived);
  const ofEvaluations = overrides.filter((text) => text.startsWith('evaluations.'));
  const { data, measurements, ...changed } = overridden(
    {
      ...(derived ? smokeSpec(method, full) : full),
      data: allOf(dataSets, derived ? smokeData() : images),
      ...(Object.keys(measured).length > 0 && { measurements: measured }),
    },
    overrides.filter((text) => !ofEvaluations.includes(text)),
    arm,
  );
  const [spec, checkedData, measuredBy] = together(
    what,
    () => parse(method.schema, changed, what) as JsonObject,
    () => parseData(dataSets, data, what, 'data'),
    () => versions(experiment, measurements as Specs | undefined),
  );
  const evaluations = evaluationsOf(
    experiment,
    patches,
    { spec, data: checkedData, dataSets },
    ofEvaluations,
    place,
    derived,
  );
  return {
    ...place,
    ...resolved(
      method,
      { spec, data: checkedData, seeds, testPoints: testPointsOf(study), measurements: measuredBy },
      dataSets,
    ),
    evaluation: undefined,
    evaluations: evaluations.map(({ name, ...one }) => ({
      ...place,
      ...resolved(
        one.method,
        { spec: one.spec, data: one.data, seeds, testPoints: 1, measurements: undefined },
        dataSets,
      ),
      evaluation: name,
      evaluations: [],
    })),
  };
}

/**
 * What each of several readings gives.
 *
 * @throws SchemaError with the problems of all of them, so that none is met only when the others are solved.
 */
function together<T extends readonly unknown[]>(what: string, ...readings: { readonly [i in keyof T]: () => T[i] }): T {
  const problems: string[] = [];
  const read = readings.map((reading) => {
    try {
      return reading();
    } catch (error) {
      if (!(error instanceof SchemaError)) throw error;
      problems.push(...error.problems);
      return undefined;
    }
  });
  if (problems.length > 0) throw new SchemaError(`${what} is not valid`, problems);
  return read as unknown as T;
}

/** What a run is beside its method. */
type Settings = Pick<ResolvedRun, 'spec' | 'data' | 'seeds' | 'testPoints' | 'measurements'>;

function resolved<M extends Recipe<unknown>>(
  method: M,
  settings: Settings,
  dataSets: readonly DataSet[],
): Settings & Pick<ResolvedRun<M>, 'method' | 'dataSet' | 'steps' | 'declaration' | 'changed'> {
  const { name, version } = method;
  const declared = { ...settings, method: { name, version }, data: { declared: settings.data } };
  return {
    ...settings,
    method,
    // `!`: the schema of `data` allows no other names.
    dataSet: dataSets.find((set) => set.name === settings.data['source'])!,
    steps: method.steps(settings.spec),
    declaration: declarationHash(declared),
    changed: undefined,
  };
}

/** The seeds of a run's parts: its own, but for those that the study keeps. */
function seedsOf({ fixedSeeds }: Study, { seed }: Place): Seeds {
  return { split: seed, weights: seed, training: seed, ...fixedSeeds };
}

/** The checkpoints that the headline's rule looks at. */
function testPointsOf({ headline }: Study): number {
  return headline.rule === 'median-last-20' ? 20 : 1;
}

type Specs = { readonly [name: string]: JsonObject };

/** The measurements' specs with their defaults. */
function measuredSpecs({ study, measurements }: Experiment, patches: readonly Patch[], derived: boolean): Specs {
  return Object.fromEntries(
    Object.entries(study.measurements ?? {}).map(([name, declared]) => {
      const { schema, smoke } = measurements[name]!;
      const spec = parse(
        schema,
        patched(declared, patches, (patch) => patch.measurements?.[name]),
        `the measurement ${name} of ${study.name}`,
        `measurements.${name}`,
      );
      return [name, (derived && smoke !== undefined ? smoke(spec) : spec) as JsonObject];
    }),
  );
}

function versions({ study, measurements }: Experiment, specs: Specs | undefined): RunSpec['measurements'] {
  return (
    specs &&
    Object.fromEntries(
      Object.entries(specs).map(([name, spec]) => {
        const measurement = measurements[name]!;
        const what = `the measurement ${name} of ${study.name}`;
        const checked = parse(measurement.schema, spec, what, `measurements.${name}`) as JsonObject;
        return [name, { name: measurement.name, version: measurement.version, spec: checked }];
      }),
    )
  );
}

interface ResolvedEvaluation<M> {
  readonly name: string;
  readonly method: M;
  readonly spec: JsonObject;
  readonly data: JsonObject;
}

/** The evaluations of a run: their specs hold the resolved spec of the run as `pretraining`. */
function evaluationsOf<M extends Recipe<unknown>>(
  { study, evaluations }: Pick<Experiment<M>, 'study' | 'evaluations'>,
  patches: readonly Patch[],
  run: { readonly spec: JsonObject; readonly data: JsonObject; readonly dataSets: readonly DataSet[] },
  overrides: readonly string[],
  { tier, arm }: Place,
  derived: boolean,
): ResolvedEvaluation<M>[] {
  const here = Object.entries(study.evaluations ?? {}).filter(([, { tiers }]) => tiers?.includes(tier) ?? true);
  const declared = here.map(([name, evaluation]) => {
    const method = evaluations[name]!;
    const base = { ...evaluation.spec, network: evaluation.network, pretraining: run.spec };
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
  const changed = overridden({ evaluations: given }, overrides, arm)['evaluations'] as Specs;
  return declared.map(({ name, method, pretraining }) => {
    const { data, ...spec } = changed[name]!;
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

/** What is declared about images, with `null` for what is not, so that `--set` reaches it. */
function allOf(dataSets: readonly DataSet[], data: JsonObject): JsonObject {
  return { ...Object.fromEntries(Object.keys(dataSchema(dataSets).shape).map((key) => [key, null])), ...data };
}

function parseData(dataSets: readonly DataSet[], data: Json | undefined, what: string, prefix: string): JsonObject {
  return parse(dataSchema(dataSets), withoutNull(data), what, prefix) as JsonObject;
}

/** Without what is null: not given. */
function withoutNull(data: Json | undefined): JsonObject {
  return Object.fromEntries(Object.entries(data as JsonObject).filter(([, value]) => value !== null));
}

function patched(
  base: JsonObject,
  patches: readonly Patch[],
  of: (patch: Patch) => JsonObject | undefined,
): JsonObject {
  return patches.reduce<JsonObject>((before, patch) => applyPatch(before, of(patch) ?? {}), base);
}

/** What is declared, with `--set` applied. */
function overridden(declared: JsonObject, overrides: readonly string[], arm: string): JsonObject {
  try {
    return applyOverrides(declared, overrides);
  } catch (error) {
    throw new Error(`${(error as Error).message} (arm ${arm}; --arm limits a run to the arms that have a key)`, {
      cause: error,
    });
  }
}
