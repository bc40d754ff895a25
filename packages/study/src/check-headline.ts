import { suggestion, type Whose } from '@spatial-ensemble/record';
import type { Experiment } from './experiment.ts';
import { named } from './named.ts';
import type { ResolvedRun } from './resolved-run.ts';

/** A number that a run, one of its evaluations or a measurement will give. */
interface Made {
  readonly name: string;
  readonly whose: Whose;
  /** What makes it: `the run`, `evaluations.linear`. */
  readonly by: string;
}

/** Points that the rule `median-last-20` takes the median of; a run has no more of them than steps. */
const POINTS = 20;

/**
 * Checks that the number that a study's table holds in its main column will be there, and each number once.
 *
 * @throws Error that names the field of the study, and the measures that there are.
 */
export function checkHeadline(experiment: Experiment, run: ResolvedRun): void {
  const { headline, evaluations = {}, name } = experiment.study;
  const made = madeBy(experiment, run);
  const where = `the study ${name}, arm ${run.arm}`;
  const twice = made.find((one, i) => made.some((other, j) => j < i && sameMeasure(one, other)));
  if (twice !== undefined) {
    const by = made.filter((one) => sameMeasure(one, twice)).map((one) => one.by);
    throw new Error(
      `${where}: ${by.join(' and ')} all make the measure '${twice.name}' of ${twice.whose === 'none' ? 'neither student nor teacher' : `the ${twice.whose}`}, and a table has one place for it. Give one of them another \`name\`.`,
    );
  }
  // What is evaluated at other tiers alone has no place in the table of this one.
  if (run.evaluations.length < Object.keys(evaluations).length) return;
  const trained = made.filter(({ whose }) => whose !== 'none');
  const names = [...new Set(trained.map((one) => one.name))];
  if (!names.includes(headline.metric))
    throw new Error(
      `${where}: headline.metric is '${headline.metric}', which nothing here measures.${suggestion(headline.metric, names)}`,
    );
  if (headline.split !== 'test')
    throw new Error(`${where}: headline.split is '${headline.split}', and what is measured is of 'test'`);
  if (headline.rule !== 'median-last-20') return;
  if (!trained.some((one) => one.name === headline.metric && one.by === THE_RUN))
    throw new Error(
      `${where}: headline.rule is median-last-20, and '${headline.metric}' is measured after the last step alone: the rule for it is 'last'`,
    );
  if (run.tier !== 'smoke' && run.steps < POINTS)
    throw new Error(
      `${where}: headline.rule is median-last-20, which needs ${POINTS} steps, and there are ${run.steps}: --set steps=${POINTS}`,
    );
}

const THE_RUN = 'the run';

function madeBy({ measurements }: Experiment, run: ResolvedRun): Made[] {
  return [
    ...(run.method.scores?.(run.spec) ?? []).map(({ name, whose }) => ({ name, whose, by: THE_RUN })),
    ...Object.entries(run.measurements ?? {}).flatMap(([key, { spec }]) =>
      named(measurements, key)
        .makes(spec)
        .map((one) => ({ ...one, by: `measurements.${key}` })),
    ),
    ...run.evaluations.flatMap(({ method, spec, evaluation }) =>
      [...(method.scores?.(spec) ?? []), ...(method.makes?.(spec) ?? [])].map(({ name, whose }) => ({
        name,
        whose,
        by: `evaluations.${evaluation}`,
      })),
    ),
  ];
}

function sameMeasure(a: Made, b: Made): boolean {
  return a.name === b.name && a.whose === b.whose;
}
