import {
  hash,
  labelKey,
  type Labels,
  type Plan,
  type Result,
  shortIdentity,
  type StoredResult,
} from '@spatial-ensemble/record';
import { type RunOfArm } from '@spatial-ensemble/report';
import { markdownTable } from 'markdown-table';
import type { z } from 'zod';
import { commandOf } from './inventory/command-of.ts';
import { comparedResults } from './inventory/compare.ts';
import type { Reproduced } from './inventory/formats.ts';
import { labelsText } from './inventory/inventory.ts';

type Reproduction = z.infer<typeof Reproduced>;
type Pair = Reproduction['runs'][number];

/** A result that counts in a cell, and how it was made. */
export interface Kept {
  readonly planned: RunOfArm['planned'];
  readonly result: Result;
}

/**
 * What can be made again of a cell: its complete results, trained runs and what was evaluated of them.
 *
 * @throws Error where there is none, or one that no single command makes
 */
export function keptOf(plan: Plan, arm: string, states: readonly RunOfArm[]): readonly [Kept, ...Kept[]] {
  const all = states.flatMap(({ planned, state }) =>
    state.kind === 'complete' ? [{ planned, result: state.stored.result }] : [],
  );
  const [first, ...others] = all;
  if (first === undefined) {
    const kinds = [...new Set(states.map(({ state }) => state.kind))].join(', ');
    throw new Error(`${plan.study.name}, arm ${arm}, has no result that could be made again there: it is ${kinds}`);
  }
  const joined = all.find(({ result }) => (result.run.segments ?? []).length > 0);
  if (joined !== undefined)
    throw new Error(
      `${labelsText(joined.planned)} went on from another run, so that no single command makes it: ${commandOf(plan.study, joined.planned, joined.result.run)}`,
    );
  return [first, ...others];
}

/** Every result that was made again of these runs, on whatever arithmetic, the newest last. */
export function madeAgain(states: readonly RunOfArm[], results: readonly StoredResult[]): Kept[] {
  return states.flatMap(({ planned }) =>
    planned.identities.flatMap((identity) =>
      results.flatMap(({ result }) =>
        result.identity === identity && result.status === 'complete' ? [{ planned, result }] : [],
      ),
    ),
  );
}

/** What decides the bits and is of the machine, not of the experiment. */
const OF_MACHINE = /^(arithmetic|from)(\.|$)/;

/**
 * What became of each result that was made again. On the same arithmetic its every bit is to be the same: measures,
 * series, hash of the weights. On another one, no measure may be further away than `within`.
 *
 * @param after of several of a run, that on the same arithmetic counts, else that with the same bits, else the last
 * @param within in each measure's own unit: points of per cent for accuracies
 */
export function reproduction(
  study: string,
  arm: string,
  before: readonly Kept[],
  after: readonly Kept[],
  within?: number,
): Reproduction {
  const runs = before.map(({ planned, result }) => {
    const made = after.filter((one) => labelKey(one.planned) === labelKey(planned)).map((one) => one.result);
    // It may have been made on this machine's arithmetic first, and then on that of the accepted one.
    const again =
      made.find((one) => one.identity === result.identity) ??
      made.find((one) => bitsOf(one) === bitsOf(result)) ??
      made.at(-1);
    if (again === undefined)
      throw new Error(`${labelsText(planned)} was not made again: it is not among the runs that the command made`);
    return pairOf(planned, result, again, within);
  });
  return {
    format: 'spatial-ensemble/reproduce-1',
    study,
    arm,
    ...(within !== undefined && { within }),
    reproduced: runs.every(({ outcome }) => outcome === 'same bits' || outcome === 'within'),
    runs,
  };
}

function pairOf({ tier, variant, seed, evaluation }: Labels, before: Result, after: Result, within?: number): Pair {
  const { differences, measures } = comparedResults(before, after);
  return {
    tier,
    ...(variant !== undefined && { variant }),
    seed,
    ...(evaluation !== undefined && { evaluation }),
    runs: [shortIdentity(before.identity), shortIdentity(after.identity)],
    outcome: outcomeOf(before, after, { differences, measures }, within),
    differences,
    measures,
  };
}

function outcomeOf(
  before: Result,
  after: Result,
  { differences, measures }: Pick<Pair, 'differences' | 'measures'>,
  within: number | undefined,
): Pair['outcome'] {
  if (differences.some(({ path }) => !OF_MACHINE.test(path))) return 'another run';
  // Another processor, or one held at another's instructions, may well compute the same.
  if (bitsOf(before) === bitsOf(after)) return 'same bits';
  if (differences.length === 0) return 'other bits';
  if (within === undefined) return 'another arithmetic';
  const near = measures.every(({ values: [a, b] }) => a !== null && b !== null && Math.abs(a - b) <= within);
  return near ? 'within' : 'too far';
}

/**
 * Hash of what a run has computed, whatever machine did it, and however its measures are called in words; results of before
 * classes had their names recorded lack them.
 */
function bitsOf(result: Result): string {
  const { identity: _identity, run: _run, classes: _classes, measures, ...computed } = result;
  const numbers = measures.map(({ title: _title, along, ...measure }) => ({
    ...measure,
    ...(along && { along: { name: along.name, axes: along.axes } }),
  }));
  return hash({ ...computed, measures: numbers });
}

export function reproductionText({ study, arm, within, runs }: Reproduction): string {
  const blocks = runs.map(({ outcome, differences, measures, ...labels }) =>
    [
      `${labelsText({ ...labels, arm })}: ${SAID[outcome]}`,
      ...differences.map(
        ({ path, values }) => `  ${path}: ${values.map((value) => JSON.stringify(value)).join(', now ')}`,
      ),
      markdownTable([
        ['measure', 'accepted', 'now'],
        ...measures.map(({ measure, values }) => [measure, ...values.map((value) => String(value ?? '–'))]),
      ]),
    ].join('\n'),
  );
  const asked = within === undefined ? '' : `, where the arithmetic is another one within ${within}`;
  return [`${study}, arm ${arm}${asked}`, ...blocks].join('\n\n');
}

const SAID: { readonly [outcome in Pair['outcome']]: string } = {
  'same bits': 'the same bits',
  'other bits': 'OTHER BITS on the same arithmetic',
  'another run': 'not comparable: what was run differs in more than the arithmetic',
  'another arithmetic': 'not judged: made on another arithmetic, which gives other last bits',
  within: 'another arithmetic, within what was asked',
  'too far': 'another arithmetic, and FURTHER AWAY than what was asked',
};

/** Why a cell was not reproduced, and what to do; undefined where it was. */
export function whyNot({ runs, reproduced }: Reproduction): string | undefined {
  if (reproduced) return undefined;
  const outcomes = new Set(runs.map(({ outcome }) => outcome));
  if (outcomes.has('other bits'))
    return 'Not reproduced: the same run on the same arithmetic gave other bits. `doctor` checks this machine; a change of the code that computes something else needs a new version of the method.';
  if (outcomes.has('another run'))
    return 'Not reproduced: what was run is not what was accepted, see the lines above. Take the same images.';
  if (outcomes.has('too far')) return 'Not reproduced: a measure is further away than --within allows.';
  return 'Not judged: this machine has another arithmetic than the accepted result, and its bits differ. Say with --within POINTS how far a measure may be away; what is finished is not run again. Where the accepted one has an older instruction set (`avx2`), ONEDNN_MAX_CPU_ISA=AVX2 in front of the command holds this machine at it.';
}
