import { checkAugment, outputShape, type AugmentSpec } from '@spatial-ensemble/augment';
import { type KnownData, parse, type Problem } from '@spatial-ensemble/record';
import { looksFit, type Trainable } from '@spatial-ensemble/training';
import { boundRun } from './bound-run.ts';
import type { Experiment, ResolvedRun } from './experiment.ts';

/**
 * Checks runs and their evaluations against their images, before anything of them is begun: views, epochs, what
 * methods and measurements ask for.
 *
 * @param known what is known of a run's images, and what is wrong with them already.
 * @throws Error with all that is wrong, each thing once, by its key in `--set`.
 */
export function checkRuns(
  experiment: Experiment,
  runs: readonly ResolvedRun[],
  known: (run: ResolvedRun) => { readonly data: KnownData; readonly problems?: readonly Problem[] },
): void {
  const found = new Map<string, Set<string>>();
  for (const run of runs)
    for (const one of [run, ...run.evaluations]) {
      const { data, problems = [] } = known(one);
      const prefix = one.evaluation === undefined ? '' : `evaluations.${one.evaluation}.`;
      for (const { key, says } of [...problems, ...problemsOf(experiment, one, data)]) {
        const line = `${prefix}${key}: ${says.replaceAll(`--set ${key}=`, `--set ${prefix}${key}=`)}`;
        found.set(line, (found.get(line) ?? new Set()).add(run.arm));
      }
    }
  if (found.size === 0) return;
  const arms = new Set(runs.map(({ arm }) => arm)).size;
  const lines = [...found].map(([line, of]) => `  - ${line}${of.size < arms ? ` (${[...of].join(', ')})` : ''}`);
  throw new Error(`${experiment.study.name} cannot be run so:\n${lines.join('\n')}\nNothing was run or written.`);
}

function problemsOf({ study, measurements }: Experiment, run: ResolvedRun, data: KnownData): Problem[] {
  const { method, spec } = run;
  const derived = run.tier === 'smoke' && study.tiers.smoke === undefined;
  const { trainable, problems } = trainableOf(run);
  return [
    ...ofImages(data),
    ...problems,
    ...(trainable === undefined ? [] : [...ofSchedules(trainable, run), ...ofViews(trainable, run, data)]),
    // A run of seconds cuts its epochs short.
    ...(derived ? [] : ofEpoch(run, data)),
    ...(method.check?.(spec, data) ?? []),
    ...(trainable === undefined ? [] : ofMeasurements(trainable, measurements, run, data)),
  ];
}

/** What the method makes of the spec, or why it cannot. */
function trainableOf(run: ResolvedRun): {
  readonly trainable: Trainable | undefined;
  readonly problems: readonly Problem[];
} {
  try {
    return { trainable: boundRun(run).trainable, problems: [] };
  } catch (error) {
    return { trainable: undefined, problems: [{ key: 'the spec', says: (error as Error).message }] };
  }
}

function ofMeasurements(
  { encodes }: Trainable,
  code: Experiment['measurements'],
  { method, spec, measurements }: ResolvedRun,
  data: KnownData,
): Problem[] {
  return Object.entries(measurements ?? {}).flatMap(([name, declared]) => {
    const key = `measurements.${name}`;
    if (encodes === undefined)
      return [{ key, says: `${method.name} has no encoder, so that there are no features to measure` }];
    // `!`: `defineExperiment` refuses a measurement without code.
    const { schema, check, whileTraining } = code[name]!;
    const measuring = parse(schema, declared.spec, key);
    const looks = whileTraining?.(measuring);
    const run = { steps: method.steps(spec), heldOut: data.parts?.heldOut, classes: data.classes };
    const problems = [...(check?.(measuring, data) ?? []), ...(looks === undefined ? [] : looksFit(looks, run))];
    return problems.map((problem) => ({
      key: `${key}.${problem.key}`,
      says: problem.says.replaceAll(`--set ${problem.key}=`, `--set ${key}.${problem.key}=`),
    }));
  });
}

function ofImages({ title, classes }: KnownData): Problem[] {
  return classes === 1
    ? [{ key: 'data.source', says: `${title} has one class only: there is nothing to tell apart` }]
    : [];
}

/** A run has steps, and its schedules give numbers. */
function ofSchedules(trainable: Trainable, { steps, atStep }: ResolvedRun): Problem[] {
  // Imported weights are looked at as they are, and so are those of a run that is measured alone.
  if (steps === 0 && (atStep === 0 || trainable.measures !== undefined)) return [];
  if (!Number.isSafeInteger(steps) || steps < 1)
    return [{ key: 'the spec', says: `comes to ${steps} steps; a run has a whole number of them, at least 1` }];
  return [0, steps - 1].flatMap((step) =>
    Object.entries(trainable.at(step))
      .filter(([, value]) => !Number.isFinite(value))
      .map(([name, value]) => ({ key: 'the spec', says: `the schedule of ${name} is ${value} at step ${step}` })),
  );
}

/** Streams have images, and every view of them, of an evaluation too, suits those and gives all one size. */
function ofViews(trainable: Trainable, { method, spec, dataSet }: ResolvedRun, data: KnownData): Problem[] {
  const stride = method.stride?.(spec) ?? 1;
  const ofView = (key: string, augment: AugmentSpec): Problem[] => problemsOfView(key, augment, data, stride, dataSet);
  const training = Object.entries(trainable.streams).flatMap(([stream, { views }]) => {
    if (stream !== 'labelled' && stream !== 'unlabelled')
      return [{ key: `the stream '${stream}'`, says: 'no images are known for it; there are labelled and unlabelled' }];
    const none =
      data.parts?.[stream] === 0
        ? [{ key: `data.${stream}`, says: `leaves no image for the stream '${stream}' that ${method.name} trains on` }]
        : [];
    return [
      ...none,
      ...Object.entries(views).flatMap(([view, augment]) => ofView(`the view '${view}' of ${stream} images`, augment)),
    ];
  });
  const { classifies, encodes, feeds } = trainable;
  const looks = [classifies, encodes, feeds].flatMap((facet) =>
    facet === undefined ? [] : ofView('the view of images that are evaluated', facet.view),
  );
  return [...training, ...looks];
}

function problemsOfView(
  key: string,
  augment: AugmentSpec,
  data: KnownData,
  stride: number,
  { options }: ResolvedRun['dataSet'],
): Problem[] {
  try {
    checkAugment(augment, data);
    const { height, width } = outputShape(augment, data);
    return Math.min(height, width) >= stride
      ? []
      : [
          {
            key,
            says: `its images of ${height} x ${width} pixels are smaller than ${stride} x ${stride}, which the network makes one place of`,
          },
        ];
  } catch (error) {
    const isResized = data.height !== undefined || !('resize' in options);
    return [
      {
        key,
        says: `${(error as Error).message}${isResized ? '' : '. Files of any size become one by --set data.resize=96'}`,
      },
    ];
  }
}

function ofEpoch({ method, spec }: ResolvedRun, { title, parts }: KnownData): Problem[] {
  const epoch = method.epoch?.(spec);
  if (epoch === undefined || parts === undefined) return [];
  const there = parts[epoch.stream as 'labelled' | 'unlabelled'];
  return there === epoch.images
    ? []
    : [
        {
          key: epoch.key,
          says: `${epoch.images} images are said to be an epoch, and ${title} has ${there} ${epoch.stream} ones: --set ${epoch.key}=${there}`,
        },
      ];
}
