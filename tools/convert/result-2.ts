import type { Json, JsonObject } from '@spatial-ensemble/record';

type Declared = { readonly title: string; readonly unit: string; readonly [key: string]: Json };

/** Columns of format 1's curves, as their makers declare them now, with the names that steps give them. */
const COLUMNS: Readonly<Record<string, Declared>> = {
  studentAccuracy: heldOut('student'),
  teacherAccuracy: heldOut('teacher'),
  loss: { name: 'loss', title: 'loss', unit: 'nats', whose: 'student', summed: 'mean' },
  maskRate: {
    name: 'maskRate',
    title: 'above threshold',
    meaning: 'unlabelled images whose pseudo-label is probable enough to learn from',
    unit: '%',
    whose: 'none',
    summed: 'mean',
  },
  // Format 1 had this name for the accepted ones alone.
  pseudoLabelAccuracy: {
    name: 'acceptedAccuracy',
    title: 'pseudo-labels right',
    meaning: 'of those above the threshold',
    unit: '%',
    whose: 'none',
    summed: 'share',
  },
  distance: {
    name: 'distance',
    title: 'relative distance',
    meaning: '‖teacher − student‖ ÷ ‖student‖, over the parameters',
    unit: '',
    whose: 'teacher',
    summed: 'mean',
  },
};

/** The same of its numbers of evidence. */
const EVIDENCE: Readonly<Record<string, Declared>> = {
  effectiveMomentum: {
    name: 'effectiveMomentum',
    title: 'effective momentum',
    meaning: 'mean over the steps of 1 − (1 − p)(1 − m), p the chance that a unit is kept, m the momentum of that step',
    unit: '',
    over: 'schedule',
  },
  meanAge: {
    name: 'meanAge',
    title: 'mean age',
    meaning: 'of the student’s values in the teacher after the last step',
    unit: 'steps',
    over: 'schedule',
  },
  preserveRate: {
    name: 'preserveRate',
    title: 'units kept',
    meaning: 'the share of draws that kept the teacher’s value',
    unit: '',
    over: 'all',
  },
  pseudoLabelAccuracy: {
    name: 'acceptedAccuracy',
    title: 'pseudo-labels right',
    meaning: 'of those above the threshold',
    unit: '%',
    over: 'last-tenth',
  },
  maskRate: {
    name: 'maskRate',
    title: 'above threshold',
    meaning: 'unlabelled images whose pseudo-label is probable enough to learn from',
    unit: '%',
    over: 'last-tenth',
  },
};

function heldOut(whose: string): Declared {
  return {
    name: 'heldOutAccuracy',
    title: 'held-out accuracy',
    meaning: 'on training images that are not learnt from',
    unit: '%',
    whose,
    summed: 'last',
  };
}

/** A result of format 1, as far as it is written anew. */
interface Result1 extends JsonObject {
  readonly run: JsonObject;
  readonly measures: readonly (JsonObject & { readonly name: string; readonly network: string })[];
  readonly curve: readonly ({ readonly step: number } & { readonly [column: string]: number })[];
  readonly evidence: { readonly [name: string]: number | string };
}

/**
 * Format 1 to 2: a curve of named columns becomes a series for each, with its declaration; evidence a list, each number
 * with its declaration; a measure has a title, and says whose it is.
 *
 * @throws Error for a column or a number of evidence that format 1 did not have.
 */
export function seriesOfCurve(old: JsonObject): JsonObject {
  const { measures, curve, evidence, ...rest } = old as unknown as Result1;
  const { weights, ...numbers } = evidence;
  return {
    ...rest,
    format: 'spatial-ensemble/result-2',
    measures: measures.map(({ network, ...measure }) => ({
      ...measure,
      whose: network,
      title: titleOf(measure.name, rest.run),
    })),
    series: columnsOf(curve).map((column) => {
      const points = curve.flatMap((point) => (point[column] === undefined ? [] : [[point.step, point[column]]]));
      return { ...known(COLUMNS, column), points };
    }),
    evidence: Object.entries(numbers).map(([name, value]) => ({ ...known(EVIDENCE, name), value })),
    ...(weights !== undefined && { weights }),
  };
}

/** The columns that there are, those known in the order above. */
function columnsOf(curve: Result1['curve']): string[] {
  const all = new Set(curve.flatMap((point) => Object.keys(point).filter((name) => name !== 'step')));
  const order = Object.keys(COLUMNS);
  return [...all].toSorted((a, b) => order.indexOf(a) - order.indexOf(b));
}

function known(all: Readonly<Record<string, Declared>>, name: string): Declared {
  const declared = all[name];
  if (declared === undefined)
    throw new Error(`'${name}' is not known of format 1: there are ${Object.keys(all).join(', ')}`);
  return declared;
}

/** What makers call their measures now: `probe accuracy`, `nearest neighbours (k = 200), untrained`, `linear top-1`. */
function titleOf(name: string, run: JsonObject): string {
  const [, stem, baseline] = /^(.*?)(?:-(untrained|pixels))?$/.exec(name)!;
  const behind = baseline === undefined ? '' : `, ${baseline}`;
  if (stem === 'probe') return 'probe accuracy';
  const linear = /^(.*)-top(\d)$/.exec(stem!);
  if (linear !== null) return `${linear[1]} top-${linear[2]}${behind}`;
  const measurements = Object.values((run['measurements'] ?? {}) as JsonObject) as { readonly spec: JsonObject }[];
  const neighbours = measurements.find(({ spec }) => spec['name'] === stem)?.spec['k'];
  return neighbours === undefined ? name : `nearest neighbours (k = ${String(neighbours)})${behind}`;
}
