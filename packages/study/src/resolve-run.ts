import type { DataSet } from '@spatial-ensemble/datasets';
import {
  declarationHash,
  parse,
  seedsOfRun,
  type JsonObject,
  type MeasurementRecipe,
  type Patch,
  type Recipe,
  type Study,
} from '@spatial-ensemble/record';
import { departures } from './departures.ts';
import type { Experiment } from './experiment.ts';
import { withLabelsOf } from './label-folds.ts';
import { named } from './named.ts';
import { allOf, parseData } from './parse-data.ts';
import { overridden, patched } from './patched.ts';
import { evaluationsOf } from './resolve-evaluations.ts';
import { measuredSpecs, type Specs, versions } from './resolve-measurements.ts';
import type { ResolvedRun, Place } from './resolved-run.ts';
import { SMOKE_DATA_SET, smokeData, smokeSpec } from './smoke.ts';
import { together } from './together.ts';

/** Resolves one run of a study and the evaluations of it. */
export function resolveRun<M extends Recipe<unknown>, N extends MeasurementRecipe<unknown>>(
  experiment: Experiment<M, N>,
  place: Place,
  overrides: readonly string[],
): ResolvedRun<M> {
  const { study, method } = experiment;
  const { tier, variant, arm } = place;
  const seeds = seedsOfRun(study, place.seed);
  const patches: Patch[] = [
    study.tiers[tier]?.patch ?? {},
    (variant === undefined ? undefined : study.variants?.[variant]?.patch) ?? {},
    named(study.arms, arm).patch,
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
  const ofData = `the data of ${study.name}`;
  const declaredData = patched(study.data as JsonObject, patches, (patch) => patch.data);
  const declaredImages = parseData(
    experiment.dataSets,
    withLabelsOf(seeds.split, declaredData, ofData),
    ofData,
    'data',
  );
  const dataSets = derived ? [SMOKE_DATA_SET] : experiment.dataSets;
  const measured = measuredSpecs(experiment, patches, derived);
  const { atStep: askedStep, init: askedWeights, others } = askedOf(overrides);
  const ofEvaluations = others.filter((text) => text.startsWith('evaluations.'));
  const { data, measurements, ...changed } = overridden(
    {
      ...(derived ? smokeSpec(method, full) : full),
      data: allOf(dataSets, derived ? smokeData() : declaredImages),
      ...(Object.keys(measured).length > 0 && { measurements: measured }),
    },
    others.filter((text) => !ofEvaluations.includes(text)),
    arm,
    [
      { at: [], schema: method.schema },
      ...Object.keys(measured).map((name) => ({
        at: ['measurements', name],
        schema: named(experiment.measurements, name).schema,
      })),
    ],
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
  const init = checkedWeights(askedWeights);
  const atStep = checkedStep(askedStep, method.steps(spec), init);
  const own = {
    spec,
    data: checkedData,
    seeds,
    testPoints: testPointsOf(study),
    measurements: measuredBy,
    atStep,
    init,
  };
  return {
    ...place,
    ...resolved(method, own, dataSets),
    steps: atStep ?? method.steps(spec),
    departures: departures(study, method, place, own),
    evaluation: undefined,
    startsFrom: undefined,
    evaluations: evaluations.map(({ name, method: evaluating, spec: ofIt, data: images }) => ({
      ...place,
      ...resolved(
        evaluating,
        { spec: ofIt, data: images, seeds, testPoints: 1, measurements: undefined, atStep, init },
        dataSets,
      ),
      departures: [],
      evaluation: name,
      startsFrom: startOf(ofIt),
      evaluations: [],
    })),
  };
}

/** `whose` is what a study gives the spec of every evaluation. */
function startOf({ whose }: JsonObject): 'first' | 'last' {
  return whose === 'untrained' ? 'first' : 'last';
}

/** What `--set` may give that reaches no spec. */
const ASKED = ['atStep', 'init'] as const;

/** `--set atStep=N` and `--set init=SHA256`, which reach no spec, and the others. */
function askedOf(
  overrides: readonly string[],
): { readonly [name in (typeof ASKED)[number]]?: string } & { readonly others: readonly string[] } {
  const values: { [name in (typeof ASKED)[number]]?: string } = {};
  let others = overrides;
  for (const name of ASKED) {
    const [given, ...more] = others.filter((text) => text.startsWith(`${name}=`));
    if (more.length > 0) throw new Error(`--set ${given} and ${more[0]}: a run has one ${name}`);
    if (given === undefined) continue;
    values[name] = given.slice(name.length + 1);
    others = others.filter((text) => text !== given);
  }
  return { ...values, others };
}

/** @throws Error for what is no step of the run before its last; 0 is one where it starts from imported weights. */
function checkedStep(given: string | undefined, steps: number, init: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const step = Number(given);
  if (!/^\d+$/.test(given) || (step < 1 && init === undefined) || step >= steps)
    throw new Error(
      `atStep must be a step before the last of the run's ${steps}, which is looked at in any case, got ${given}`,
    );
  return step;
}

/** @throws Error for what is no SHA-256 */
function checkedWeights(given: string | undefined): string | undefined {
  if (given === undefined || /^[0-9a-f]{64}$/.test(given)) return given;
  throw new Error(`init is the SHA-256 of imported weights, which --init finds by their name, got ${given}`);
}

/** What a run is beside its method. */
type Settings = Pick<ResolvedRun, 'spec' | 'data' | 'seeds' | 'testPoints' | 'measurements' | 'atStep' | 'init'>;

function resolved<M extends Recipe<unknown>>(
  method: M,
  settings: Settings,
  dataSets: readonly DataSet[],
): Settings & Pick<ResolvedRun<M>, 'method' | 'dataSet' | 'steps' | 'declaration' | 'changed' | 'swept'> {
  const { name, version } = method;
  const declared = { ...settings, method: { name, version }, data: { declared: settings.data } };
  return {
    ...settings,
    method,
    dataSet: named(Object.fromEntries(dataSets.map((set) => [set.name, set])), String(settings.data['source'])),
    steps: method.steps(settings.spec),
    declaration: declarationHash(declared),
    changed: undefined,
    swept: undefined,
  };
}

/** The checkpoints that the headline's rule looks at. */
function testPointsOf({ headline }: Study): number {
  return headline.rule === 'median-last-20' ? 20 : 1;
}
