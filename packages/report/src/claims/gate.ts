import type { Baseline, Gate, Headline } from '@spatial-ensemble/record';

import { headlineSample, type Row, rowMargins } from '../rows.ts';
import { type Interval, tInterval } from '../statistics/paired-t.ts';
import { differences, type Sample, sampleOf } from '../statistics/sample.ts';
import { plural, signed } from '../text.ts';
import { comparisonText, titleOf } from './comparison-text.ts';
import { overSplits } from './over-splits.ts';
import { decisive, pairedOf } from './pairs.ts';

/** How a gate stands in a section. */
export interface GateOutcome {
  readonly name: string;
  readonly title: string;
  /** `unknown`: too few runs to tell, or what it rests on was not measured. No claim means anything behind either. */
  readonly state: 'open' | 'closed' | 'unknown';
  /** What it rests on, in words. */
  readonly text: string;
}

/** Whether what a gate asks for was shown by the runs of a section, at 95 %. */
export function gateOutcome(name: string, gate: Gate, rows: readonly Row[], headline: Headline): GateOutcome {
  const parts = evidenceOf(gate, rows, headline);
  const state = parts.every(({ shown }) => shown === true)
    ? 'open'
    : parts.some(({ shown }) => shown === false)
      ? 'closed'
      : 'unknown';
  return { name, title: gate.title, state, text: parts.map(({ text }) => text).join('; ') };
}

interface Part {
  /** Null where it cannot be told. */
  readonly shown: boolean | null;
  readonly text: string;
}

function evidenceOf(gate: Gate, rows: readonly Row[], headline: Headline): Part[] {
  switch (gate.kind) {
    case 'difference': {
      // The gate's title says what is measured.
      const { metric: _, ...of } = gate.compare;
      return [aboveZero(comparisonText(rows, of), pairedOf(rows, gate.compare, headline).differences)];
    }
    case 'baselines': {
      const { metric = headline.metric, baselines } = gate;
      return gate.arms.flatMap((arm) =>
        baselines.map((baseline) => overBaseline(rows, arm, baseline, { ...headline, metric })),
      );
    }
    case 'above':
      return gate.arms.map((arm) => aboveNumber(rows, arm, gate, headline));
    case 'at-most':
      return [atMost(rows, gate, headline)];
    case 'anchor': {
      const sample = sampleOfArm(rows, gate.arm, gate, headline);
      const interval = tInterval(sample.values);
      const { expected, tolerance } = gate;
      const wanted = expected - (tolerance?.value ?? 0);
      return [
        interval === null
          ? tooFew(titleOf(rows, gate.arm), sample)
          : {
              shown: interval[0] >= wanted,
              text: `${titleOf(rows, gate.arm)} ${(sample.mean ?? NaN).toFixed(2)} ${intervalText(interval)} for ${expected}${tolerance === undefined ? '' : ` − ${tolerance.value}`}`,
            },
      ];
    }
  }
}

type GateOf<Kind extends Gate['kind']> = Extract<Gate, { kind: Kind }>;

/** An arm's mean above a number. */
function aboveNumber(rows: readonly Row[], arm: string, gate: GateOf<'above'>, headline: Headline): Part {
  const sample = sampleOfArm(rows, arm, gate, headline);
  const interval = tInterval(sample.values);
  const title = titleOf(rows, arm);
  if (interval === null || sample.mean === null) return tooFew(title, sample);
  const text = `${title} ${sample.mean.toFixed(2)} ${intervalText(interval)} for ${gate.than}`;
  return { shown: interval[0] > gate.than, text };
}

/** Runs of all arms together, each by itself: how many lie above a number, of how many that may. */
function atMost(rows: readonly Row[], { arms, most, except, ...of }: GateOf<'at-most'>, headline: Headline): Part {
  const values = arms.flatMap((arm) => runsOfArm(rows, arm, of, headline).values);
  const missing = arms.filter((arm) => runsOfArm(rows, arm, of, headline).values.length === 0);
  if (missing.length > 0)
    return { shown: null, text: `${missing.map((arm) => titleOf(rows, arm)).join(', ')}: not run` };
  const above = values.filter((value) => value > most).length;
  const allowed = Math.floor(except * values.length);
  const text = `${above} of ${plural(values.length, 'run')} above ${most}${except === 0 ? '' : `, ${allowed} may be`}`;
  return { shown: above <= allowed, text };
}

type Measured = { readonly metric?: string | undefined; readonly whose?: Headline['whose'] | undefined };

/** What the runs of an arm have, a number each. */
function runsOfArm(rows: readonly Row[], arm: string, { metric, whose }: Measured, headline: Headline): Sample {
  const row = rowOf(rows, arm);
  return row === undefined ? sampleOf([]) : headlineSample(row, headline, whose ?? headline.whose, metric);
}

/** The same with a split as its unit, where seeds are crossed. */
function sampleOfArm(rows: readonly Row[], arm: string, of: Measured, headline: Headline): Sample {
  return overSplits(runsOfArm(rows, arm, of, headline), rowOf(rows, arm)?.crossed);
}

function overBaseline(rows: readonly Row[], arm: string, baseline: Baseline, headline: Headline): Part {
  const row = rowOf(rows, arm);
  const margin = (row === undefined ? [] : rowMargins(row)).find(({ sample: { kind } }) =>
    (['name', 'split', 'rule', 'whose'] as const).every(
      (field) => kind[field] === (field === 'name' ? headline.metric : headline[field]),
    ),
  );
  const beside = margin?.baselines[baseline];
  const title = `${titleOf(rows, arm)} over ${headline.metric}-${baseline}`;
  if (margin === undefined || beside === undefined) return { shown: null, text: `${title}: not measured` };
  return aboveZero(title, overSplits(differences(margin.sample, beside), row?.crossed));
}

function aboveZero(title: string, sample: Sample): Part {
  const interval = tInterval(sample.values);
  if (interval === null || sample.mean === null) return tooFew(title, sample);
  const text = `${title} ${signed(sample.mean)} ${intervalText(interval, signed)}, n = ${sample.values.length}`;
  return { shown: interval[0] > 0, text };
}

function tooFew(title: string, { values }: Sample): Part {
  return {
    shown: null,
    text: `${title}: ${values.length === 0 ? 'not run' : `${plural(values.length, 'seed')} only`}`,
  };
}

/** `+0.21 [−0.14, +0.56]`; without an interval where there is none. */
export function estimateText(
  value: number,
  interval: Interval | null,
  text = (one: number): string => signed(one),
): string {
  return [text(value), ...(interval === null ? [] : [intervalText(interval, text)])].join(' ');
}

/** `[+0.16, +2.14]`. */
export function intervalText([low, high]: Interval, text = (value: number): string => value.toFixed(2)): string {
  return `[${text(low)}, ${text(high)}]`;
}

function rowOf(rows: readonly Row[], name: string): Row | undefined {
  const row = rows.find((one) => one.name === name);
  return row === undefined ? undefined : decisive(row);
}
