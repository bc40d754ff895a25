import { byTheNorms, linearEvaluation, normsProblems } from '@spatial-ensemble/evaluation';
import type { Variables } from '@spatial-ensemble/nn';
import type { KnownData, Measure, Problem } from '@spatial-ensemble/record';
import type { Classifies, Measures, Method, Trainable } from '@spatial-ensemble/training';
import * as tf from '@tensorflow/tfjs-core';
import { attackedMeasures } from './attacked-images.ts';
import { calibrationMeasures } from './calibrated.ts';
import { corruptedMeasures } from './corrupted.ts';
import { CORRUPTIONS } from './corruptions/names.ts';
import { predictorOf } from './predictor.ts';
import { inFront, made } from './made.ts';
import { robustnessSpec, type AttacksSpec, type RobustnessSpec } from './robustness-spec.ts';
import type { Subject, Told } from './subject.ts';

/** A method whose runs are evaluated: what it declares, and what it makes of a spec. */
export type Evaluated<P> = Pick<Method<P>, 'name' | 'schema' | 'stride' | 'bind'>;

/** What the evaluation keeps where it trains nothing: the classifier. */
interface Still {
  readonly variables: Variables;
}

/**
 * What a finished run's classifier is worth on images that somebody has attacked, on corrupted ones, and whether its
 * probabilities can be believed: an evaluation that a study declares, a run of its own. A method that classifies is
 * looked at as it is, in no step; one that learns features is given the linear classifier of `head` first, which is
 * trained as `linearEvaluation` does.
 *
 * Its measures begin with the spec's `name`: `robust-accuracy` is the share of images that are told rightly as they are
 * and after each attack of `kinds` within `epsilon`. PGD with more steps and within other epsilons does not enter it.
 */
export function robustnessEvaluation<P>(evaluated: Evaluated<P>): Method<RobustnessSpec<P>> {
  const linear = linearEvaluation(evaluated);
  const headOf = ({ head, whose, norms, pretraining }: RobustnessSpec<P>) =>
    head && linear.schema.parse({ ...head, whose, pretraining, ...(norms && { norms }) });
  return {
    name: 'robustness',
    version: 3,
    schema: robustnessSpec(evaluated.schema) as never,
    smoke,
    steps: (spec) => {
      const head = headOf(spec);
      return head === undefined ? 0 : linear.steps(head);
    },
    check(spec, data) {
      const problems = [...trainableProblems(evaluated, spec), ...classProblems(spec, data)];
      const head = problems.length > 0 ? undefined : headOf(spec);
      return [...problems, ...((head && linear.check?.(head, data)) ?? [])];
    },
    stride: ({ pretraining }) => evaluated.stride?.(pretraining) ?? 1,
    // Of the classifier that is trained first, where one is.
    metrics: linear.metrics,
    makes: (spec) => made(spec),
    bind(spec) {
      const head = headOf(spec);
      const trained = head === undefined ? still(evaluated.bind(spec.pretraining), spec) : linear.bind(head);
      return { ...trained, measures: measuresOf(spec, trained) };
    },
  };
}

/** A classifier that is looked at as it is. */
function still<P>({ classifies, anatomy }: Trainable, spec: RobustnessSpec<P>): Trainable {
  return {
    streams: {},
    init(_, from): Still {
      if (from === undefined)
        throw new Error('robustness is that of a finished run; declare it among the evaluations of a study');
      return { variables: byTheNorms(spec.whose === 'teacher' ? from.teacher : from.student, spec, anatomy) };
    },
    at: () => ({}),
    step: (state) => [state, {}],
    student: (state) => (state as Still).variables,
    teacher: (state) => (state as Still).variables,
    ...(classifies && { classifies }),
    ...(anatomy && { anatomy }),
  };
}

function measuresOf<P>(spec: RobustnessSpec<P>, { classifies, student }: Trainable): Measures {
  const { batch, attacks, corruptions, calibration } = spec;
  return {
    async measure(state, tools) {
      const { view, predict } = classifiesOf(classifies);
      const subject: Subject<Variables> = {
        name: `${spec.name}.${spec.whose}`,
        // Gradients pass through what the method itself does to bytes.
        classify: (variables, images) => predict(variables, tf.mul(images, 255)),
        variables: student(state),
        view,
      };
      const how = { tools, batch, told: toldOf(spec) };
      const predictor = predictorOf(subject, predict, how);
      try {
        const measures: Measure[] = [];
        if (attacks) measures.push(...(await attackedMeasures(subject, attacks, how)));
        const calibrated = calibration && (await calibrationMeasures(predictor, calibration, how));
        if (calibrated) measures.push(...calibrated.measures);
        const { bins } = calibration ?? {};
        if (corruptions)
          measures.push(
            ...(await corruptedMeasures(predictor, corruptions, { bins, temperature: calibrated?.temperature }, how)),
          );
        return inFront(spec, measures);
      } finally {
        predictor.dispose();
      }
    },
  };
}

function classifiesOf(classifies: Classifies | undefined): Classifies {
  if (classifies === undefined)
    throw new Error('robustness is that of a classifier: give `head`, a linear evaluation, which is trained first');
  return classifies;
}

function toldOf<P>({ name, whose }: RobustnessSpec<P>): Told {
  const untrained = whose === 'untrained';
  const named = (one: string): string => `${name}-${one}${untrained ? '-untrained' : ''}`;
  return ({ along, ...one }) => ({
    split: 'test',
    ...one,
    name: named(one.name),
    ...(along && { along: { ...along, name: named(along.name) } }),
    whose: untrained ? 'none' : whose,
    rule: 'last',
  });
}

/** What cannot be measured of so few classes. */
function classProblems<P>({ attacks }: RobustnessSpec<P>, { classes }: KnownData): Problem[] {
  return classes !== undefined && classes < 3 && attacks?.kinds.includes('apgd-dlr') === true
    ? [{ key: 'attacks.kinds', says: `apgd-dlr looks at three classes, and there are ${classes}: leave it out` }]
    : [];
}

/** What cannot be measured of a method. */
function trainableProblems<P>(evaluated: Evaluated<P>, spec: RobustnessSpec<P>): Problem[] {
  const { classifies, encodes, anatomy } = evaluated.bind(spec.pretraining);
  const { head } = spec;
  const problems = normsProblems(spec, anatomy);
  if (classifies === undefined && head === undefined)
    problems.push({ key: 'head', says: `${evaluated.name} learns features: give the linear evaluation that classifies them` }); // prettier-ignore
  if (spec.norms !== undefined && encodes !== undefined && head === undefined)
    problems.push({ key: 'head', says: `is to be given with norms: the probe beside ${evaluated.name} learnt of features by the batch norm of clean images` }); // prettier-ignore
  // One that learns features may have a probe beside it, which is looked at where no head is given.
  if (classifies !== undefined && encodes === undefined && head !== undefined)
    problems.push({ key: 'head', says: `${evaluated.name} classifies by itself: leave it out` });
  return problems;
}

/** Few images, and a few steps of everything. */
function smoke<P>(spec: RobustnessSpec<P>): RobustnessSpec<P> {
  const { attacks, corruptions, calibration, head } = spec;
  const curve = attacks && smokeCurve(attacks);
  return {
    ...spec,
    batch: 10,
    ...(attacks && {
      attacks: {
        ...attacks,
        images: 10,
        pgd: { ...attacks.pgd, steps: 2, restarts: 1 },
        apgd: { steps: 3, restarts: 1 },
        square: { ...attacks.square, queries: 4, restarts: 1 },
        ...(curve && { curve }),
      },
    }),
    ...(corruptions && {
      corruptions: {
        ...corruptions,
        images: 10,
        severities: [5],
        // AlexNet's errors are of all severities.
        baseline: 'none',
        kinds: CORRUPTIONS.filter((kind) => corruptions.kinds.includes(kind)),
      },
    }),
    ...(calibration && { calibration: { ...calibration, images: 100, fittedTo: 100 } }),
    ...(head && { head: { ...head, classes: 10, images: 12, epochs: 1, batch: 4, augment: { kind: 'none' } } }),
  };
}

/** Two epsilons at most; absent where they follow from epsilon. */
function smokeCurve({ norm, units, curve }: AttacksSpec): number[] | undefined {
  if (norm === 'linf') return units === '0..255' ? [8, 255] : [8 / 255, 1];
  return curve?.filter((_, i) => i === 0 || i === curve.length - 1);
}
