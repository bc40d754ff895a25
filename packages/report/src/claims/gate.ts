import type { Baseline, Gate, Headline } from '@spatial-ensemble/record';

import { headlineSample, type Row, rowMargins } from '../rows.ts';
import { type Interval, tInterval } from '../statistics/paired-t.ts';
import { differences, type Sample, sampleOf } from '../statistics/sample.ts';
import { plural, signed } from '../text.ts';
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
      const { arm, over } = gate.compare;
      return [aboveZero(`${titleOf(rows, arm)} − ${titleOf(rows, over)}`, pairedOf(rows, gate.compare, headline).differences)]; // prettier-ignore
    }
    case 'baselines': {
      const { metric = headline.metric, baselines } = gate;
      return gate.arms.flatMap((arm) =>
        baselines.map((baseline) => overBaseline(rows, arm, baseline, { ...headline, metric })),
      );
    }
    case 'anchor': {
      const row = rowOf(rows, gate.arm);
      const sample =
        row === undefined
          ? sampleOf([])
          : overSplits(headlineSample(row, headline, headline.whose, gate.metric ?? headline.metric), row.crossed);
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

/** `[+0.16, +2.14]`. */
export function intervalText([low, high]: Interval, text = (value: number): string => value.toFixed(2)): string {
  return `[${text(low)}, ${text(high)}]`;
}

function rowOf(rows: readonly Row[], name: string): Row | undefined {
  const row = rows.find((one) => one.name === name);
  return row === undefined ? undefined : decisive(row);
}

/** What an arm is called. */
export function titleOf(rows: readonly Row[], name: string): string {
  return rows.find((one) => one.name === name)?.arm.title ?? name;
}
