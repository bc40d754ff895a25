import { NOT_AVAILABLE, type PaperCell } from '@spatial-ensemble/record';

import { type Found, isWiringCheck, type RunOfArm } from './states.ts';
import type { Sample } from './statistics/sample.ts';

/** What a table prints where there is no number. */
export const ABSENT = '–';

/**
 * `70.25` for one seed; `70.9 ± 0.8 (70.2, 71.7, 70.8)` for more: mean, sample standard deviation and the list itself.
 */
export function sampleText(sample: Sample, digits = 2): string {
  const fixed = (value: number): string => value.toFixed(digits);
  if (sample.mean === null) return ABSENT;
  if (sample.standardDeviation === null) return fixed(sample.mean);
  return `${fixed(sample.mean)} ± ${fixed(sample.standardDeviation)} (${sample.values.map(fixed).join(', ')})`;
}

/**
 * The mean of differences that were taken seed by seed, `+12.30` or `−0.50`; with the seeds that it is of, where those
 * are not all: `+12.30 (seeds 1, 3)`.
 *
 * @param seeds how many seeds the row has.
 */
export function differenceText(difference: Sample, seeds: number): string {
  if (difference.mean === null) return ABSENT;
  const of = difference.seeds.length < seeds ? ` (${seedsText(difference.seeds)})` : '';
  return `${signed(difference.mean)}${of}`;
}

/** `+12.30` or `−0.50`; `+0.00` of what rounds to nothing. */
export function signed(value: number, digits = 2): string {
  const text = Math.abs(value).toFixed(digits);
  return `${value < 0 && Number(text) !== 0 ? '−' : '+'}${text}`;
}

/** `seed 1`, `seeds 1, 3`. */
export function seedsText(seeds: readonly number[]): string {
  return `${seeds.length === 1 ? 'seed' : 'seeds'} ${seeds.join(', ')}`;
}

/**
 * Text from outside as Markdown shows it letter for letter: no HTML, no markup, no link, no image, no line of its own.
 * What no Markdown would read another way stays as it is.
 */
export function plain(text: string): string {
  return (
    text
      .replace(/\s+/g, ' ')
      .replace(/&(?=#?\w+;)/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/[\\`*]|~~|\](?=[([:])/g, '\\$&')
      // Within a word it marks nothing.
      .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_')
      .replace(/^([#>+=|-]|\d+[.)])(?=\s|$|[#=-])/, (start) => `${start.slice(0, -1)}\\${start.slice(-1)}`)
  );
}

/** A paragraph from outside, of an author who may mark words and link to pages, but has no HTML and no images. */
export function prose(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/&(?=#?\w+;)/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/!\[/g, '!\\[')
    .replace(/\](?=\(\s*(?!https?:)[a-z][\w+.-]*:)/gi, '\\]');
}

/** Text from outside as code, whatever it holds. */
export function code(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const space = longest > 0 ? ' ' : '';
  return `${fence}${space}${line}${space}${fence}`;
}

/** `accuracy (%)`; the title alone, where there is no unit. */
export function inUnit(title: string, unit: string): string {
  return unit === '' ? title : `${title} (${unit})`;
}

/** Of the difference of two numbers: percentages lie points apart. */
export function differenceUnit(unit: string): string {
  return unit === '%' ? 'points' : unit;
}

/** With its first letter a capital. */
export function capitalised(text: string): string {
  return text.replace(/^./u, (letter) => letter.toUpperCase());
}

/** The mean alone, to some significant digits: for what hardly varies over seeds. */
export function meanText(sample: Sample, digits: number): string {
  return sample.mean === null ? ABSENT : String(Number(sample.mean.toPrecision(digits)));
}

/** `12,000`. */
export function count(n: number): string {
  return n.toLocaleString('en-US');
}

export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/**
 * The paper's numbers and where they stand, or that we have none: `72.7 %, linear-top5 90.9 % best-on-test (Readme.md); not
 * available to us`.
 *
 * @param metric the measure that needs no name: the headline's.
 */
export function paperText(cells: readonly PaperCell[], metric?: string): string {
  if (cells.length === 0) return ABSENT;
  const known = cells.filter(({ expected }) => expected !== null);
  const texts = [...new Set(known.map(({ source }) => source))].map((source) => {
    const numbers = known
      .filter((cell) => cell.source === source)
      .map(({ expected, unit, metric: of, rule }) =>
        [
          ...(of === undefined || of === metric ? [] : [of]),
          expected,
          unit,
          ...(rule === undefined ? [] : [rule]),
        ].join(' '),
      );
    return `${numbers.join(', ')} (${source})`;
  });
  return [...texts, ...(known.length < cells.length ? [NOT_AVAILABLE] : [])].join('; ');
}

/**
 * `complete`, `not run`, `partial (400 of 1,000 steps)`, `stale (…)`, `not paired (…)`, `not run (different tier: small)`; with what
 * `--set` changed, and `wiring check` where training and test images are the same.
 */
export function stateText({ planned, state }: RunOfArm): string {
  if (state.kind === 'not run')
    return state.elsewhere.length > 0 ? `not run (different tier: ${state.elsewhere.join(', ')})` : 'not run';
  if (state.kind === 'not paired') return `not paired (${state.why})`;
  const marks = [
    ...(planned.overrides === undefined ? [] : [`--set ${planned.overrides.join(' ')}`]),
    ...(isWiringCheck(state.stored) ? ['wiring check'] : []),
  ];
  return [foundText(planned, state), ...marks].join(', ');
}

function foundText(planned: RunOfArm['planned'], state: Found): string {
  switch (state.kind) {
    case 'complete':
      return 'complete';
    case 'partial':
      return `partial (${count(state.stored.result.steps.done)} of ${count(planned.declaredSteps ?? planned.steps)} steps)`;
    case 'stale':
      return `stale (${state.why})`;
  }
}

/** The states of an arm's runs and, where they differ from those, of its evaluations. */
export function rowStatesText({
  runs,
  evaluations,
}: {
  readonly runs: readonly RunOfArm[];
  readonly evaluations: readonly RunOfArm[];
}): string {
  const text = statesText(runs);
  const names = [...new Set(evaluations.map(({ planned }) => planned.evaluation!))];
  const others = names
    .map((name) => ({ name, text: statesText(evaluations.filter(({ planned }) => planned.evaluation === name)) }))
    .filter((one) => one.text !== text);
  return [text, ...others.map((one) => `${one.name}: ${one.text}`)].join('; ');
}

/** The states of runs: one phrase where they agree, else how many are complete, and which seeds are what. */
export function statesText(runs: readonly RunOfArm[]): string {
  if (runs.length === 0) return 'not declared at this tier';
  const texts = runs.map(stateText);
  const first = texts[0] as string;
  if (texts.every((text) => text === first)) return first;
  const complete = texts.filter((text) => text === 'complete').length;
  const rest = [...new Set(texts)]
    .filter((text) => text !== 'complete')
    .map((text) => {
      const seeds = runs.filter((_, i) => texts[i] === text).map(({ planned }) => planned.seed);
      return `${seedsText(seeds)} ${text}`;
    });
  return [...(complete > 0 ? [`${complete} of ${runs.length} complete`] : []), ...rest].join('; ');
}

/** `5 complete, 1 partial, 12 not run`. */
export function tallyText(runs: readonly RunOfArm[]): string {
  const kinds = ['complete', 'partial', 'stale', 'not paired', 'not run'] as const;
  const counts = kinds.map((kind) => ({ kind, n: runs.filter(({ state }) => state.kind === kind).length }));
  return counts
    .filter(({ n }) => n > 0)
    .map(({ kind, n }) => `${n} ${kind}`)
    .join(', ');
}

/** Wall time: `48 s`, `5 min 03 s`, `2 h 10 min`. */
export function durationText(seconds: number): string {
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  if (hours > 0) return `${hours} h ${String(minutes).padStart(2, '0')} min`;
  return minutes > 0 ? `${minutes} min ${String(rest).padStart(2, '0')} s` : `${rest} s`;
}
