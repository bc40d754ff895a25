import { stringify } from 'csv-stringify/sync';

import type { Headline, Whose } from '@spatial-ensemble/record';

import { arithmeticText } from './arithmetic.ts';
import { evidenceKinds, evidenceSample } from './evidence.ts';
import { headlineSample, type Section } from './rows.ts';
import { storedOf } from './states.ts';
import type { Interval } from './statistics/paired-t.ts';
import type { Sample } from './statistics/sample.ts';
import { rowStatesText } from './text.ts';
import { marginText, verdicts } from './verdict.ts';
import type { Link } from './run-links.ts';

/** Six decimals are more than any measure has; the rest of a binary fraction is noise. Results hold every bit. */
function rounded(value: number): number {
  return Number(value.toFixed(6));
}

/** Lists inside one field are separated by semicolons. */
export function list(items: readonly (string | number)[]): string {
  return items.map((item) => (typeof item === 'number' ? rounded(item) : item)).join(';');
}

/** Records as CSV, their names as its first line; numbers to six decimals. */
export function csv(records: Parameters<typeof stringify>[0], columns?: readonly string[]): string {
  return stringify(records, {
    header: true,
    ...(columns !== undefined && { columns: [...columns] }),
    cast: { number: (value) => String(rounded(value)), string: asText },
  });
}

/** What a line says of a mean over seeds: the mean with its 95 % interval, and the values that it is of. */
export function sampleFields({ mean, standardDeviation, values, seeds }: Sample, interval: Interval | null) {
  return {
    mean,
    sd: standardDeviation,
    low_95: interval?.[0] ?? null,
    high_95: interval?.[1] ?? null,
    values: list(values),
    seeds: list(seeds),
  };
}

/** Numbers, also several of them: `-0.5`, `-0.5;1e-7`. */
const NUMBERS = /^[-+]?[\d.]+(?:e[-+]?\d+)?(?:;[-+]?[\d.]+(?:e[-+]?\d+)?)*$/i;

/**
 * Text that a spreadsheet does not take for a formula, which could fetch and send (CWE-1236): where it begins like one,
 * an apostrophe stands before it.
 */
function asText(value: string): string {
  return /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/.test(value) && !NUMBERS.test(value) ? `'${value}` : value;
}

/** The headline tables of all sections, one line an arm. */
export function headlineCsv(study: string, sections: readonly Section[], headline: Headline, link: Link): string {
  const both: readonly Whose[] = ['teacher', 'student'];
  const evidence = evidenceKinds(sections.flatMap(({ rows }) => rows));
  const records = sections.flatMap((section) =>
    section.rows.map((row) => ({
      study,
      variant: section.variant?.name ?? '',
      tier: section.tier,
      arm: row.name,
      title: row.arm.title,
      role: row.arm.role,
      state: rowStatesText(row),
      basis: row.basis,
      metric: headline.metric,
      split: headline.split,
      rule: headline.rule,
      headline_whose: headline.whose,
      ...Object.fromEntries(
        both.flatMap((whose) => {
          const { mean, standardDeviation, values } = headlineSample(row, headline, whose);
          return [
            [`${whose}_mean`, mean],
            [`${whose}_sd`, standardDeviation],
            [`${whose}_values`, list(values)],
          ];
        }),
      ),
      seeds: row.shown.length,
      seed_list: list(row.shown.map(({ planned }) => planned.seed)),
      paper: list(row.paper.map(({ expected }) => expected ?? '')),
      paper_rule: list(row.paper.map(({ rule = headline.rule }) => rule)),
      paper_source: list(row.paper.map(({ source }) => source)),
      paper_tolerance: list(row.paper.map((cell) => marginText(cell, headline))),
      against_paper: verdicts(row, headline),
      steps_done: list(row.shown.map(({ result }) => result.steps.done)),
      steps_total: list(row.shown.map(({ result }) => result.steps.total)),
      ...Object.fromEntries(evidence.map((kind) => [snakeCase(kind.name), evidenceSample(row, kind).mean])),
      arithmetic: list(row.shown.map(({ result }) => arithmeticText(result.run.arithmetic))),
      identities: list(row.shown.map(({ result }) => result.identity)),
      files: list(row.shown.map(link)),
    })),
  );
  return csv(records);
}

/** Every measure of every run, one line each. */
export function measuresCsv(study: string, sections: readonly Section[], link: Link): string {
  const columns = [
    'study',
    'variant',
    'tier',
    'arm',
    'seed',
    'state',
    'measure',
    'whose',
    'split',
    'rule',
    'value',
    'unit',
    'n',
    'arithmetic',
    'identity',
    'file',
  ];
  const records = sections.flatMap((section) =>
    section.rows.flatMap((row) =>
      [...row.runs, ...row.evaluations].flatMap(({ planned, state }) => {
        const stored = storedOf(state);
        if (stored === undefined) return [];
        const { result } = stored;
        return result.measures.map((m) => [
          study,
          section.variant?.name ?? '',
          section.tier,
          row.name,
          planned.seed,
          state.kind,
          m.name,
          m.whose,
          m.split,
          m.rule,
          m.value,
          m.unit,
          m.n,
          arithmeticText(result.run.arithmetic),
          result.identity,
          link(stored),
        ]);
      }),
    ),
  );
  return csv(records, columns);
}

/** `effectiveMomentum` as a column: `effective_momentum`. */
function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
}
