import type { TopLevelSpec } from 'vega-lite';

import type { Interval } from '../statistics/paired-t.ts';
import { inUnit } from '../text.ts';
import { type Axis, roundAxis, vegaAxis } from './axis.ts';
import { rounded } from './rounded.ts';
import { rowLabels } from './row-labels.ts';
import { theme } from './theme.ts';
import { wrap } from './wrap.ts';

/** Of the estimates. */
const WIDTH = 260;
/** Of a claim's words, left of them. */
const WORDS = 220;
/** From the estimates to the number of pairs, and to the verdict. */
const [TO_PAIRS, TO_VERDICT] = [14, 74];
/** Of all of it. */
const WHOLE = WORDS + WIDTH + 190;

/** What was decided in a setting, with an estimate. */
export interface ForestLine {
  /** What it is drawn under. */
  readonly setting: string;
  readonly claim: string;
  /** A difference, or a share in percent. */
  readonly kind: 'difference' | 'share';
  /** Of the value: `points`. */
  readonly unit: string;
  readonly pairs: number;
  readonly value: number;
  /** At 95 %; null for one pair. */
  readonly interval: Interval | null;
  /** The smallest effect of interest, or the margin of the claim: shaded from − to +; null where none is declared. */
  readonly shaded: number | null;
  readonly verdict: string;
}

/** Of an estimate that says nothing: no difference, and as often one as the other. */
const NOTHING: Readonly<Record<ForestLine['kind'], number>> = { difference: 0, share: 50 };

/**
 * All that was decided in all settings, a panel a setting, a line a claim: estimate and interval, what is too small to
 * matter shaded, the number of pairs, the verdict. Panels of one quantity share their axis. Null where there are none.
 */
export function forest(lines: readonly ForestLine[]): TopLevelSpec | null {
  if (lines.length === 0) return null;
  const settings = [...new Set(lines.map(({ setting }) => setting))];
  const axes = new Map(
    [...new Set(lines.map(quantityOf))].map((quantity) => {
      const here = lines.filter((line) => quantityOf(line) === quantity);
      return [quantity, roundAxis(here.flatMap(endsOf), 3)] as const;
    }),
  );
  const panels = settings.flatMap((setting) =>
    [...axes].flatMap(([quantity, axis]) => {
      const here = lines.filter((line) => line.setting === setting && quantityOf(line) === quantity);
      return here.length === 0 ? [] : [panel(setting, here, quantity, axis)];
    }),
  );
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    config: theme,
    title: {
      text: 'What is claimed, and what came out',
      subtitle: [
        'Estimate and 95 % interval: a line a claim, a series of a factor (last level − first), a failure rate;',
        'shaded: less than the smallest effect of interest, or within the margin, where one is declared',
      ],
    },
    spacing: 18,
    vconcat: panels,
  } as TopLevelSpec;
}

/** What the axis of a line is called: `difference (points)`. */
function quantityOf({ kind, unit }: ForestLine): string {
  if (kind === 'share') return inUnit('share of lone failures', unit);
  return inUnit('difference', unit);
}

function endsOf({ kind, value, interval, shaded }: ForestLine): number[] {
  return [NOTHING[kind], value, ...(interval ?? []), ...(shaded === null ? [] : [shaded, -shaded])];
}

function panel(setting: string, lines: readonly ForestLine[], quantity: string, axis: Axis) {
  const { scale, axis: ticks } = vegaAxis(axis);
  const x = {
    type: 'quantitative' as const,
    title: quantity,
    scale,
    axis: { ...ticks, grid: true, labelFlush: false },
  };
  const {
    labels,
    step,
    axis: rows,
  } = rowLabels(
    lines.map(({ claim }) => claim),
    WORDS,
  );
  const y = {
    field: 'claim',
    type: 'nominal' as const,
    title: null,
    sort: labels,
    axis: rows,
  };
  const values = lines.map(({ pairs, value, interval, shaded, verdict }, i) => ({
    claim: labels[i],
    value: rounded(value),
    ...(interval !== null && { low: rounded(interval[0]), high: rounded(interval[1]) }),
    ...(shaded !== null && { below: -shaded, above: shaded }),
    pairs: `n = ${pairs}`,
    verdict,
  }));
  const text = (field: string, at: number) => ({
    mark: { type: 'text' as const, align: 'left' as const, fontSize: 12, color: '#222222' },
    encoding: { x: { value: WIDTH + at }, y, text: { field, type: 'nominal' as const } },
  });
  return {
    title: { text: wrap(setting, WHOLE, 13), fontSize: 13, offset: 8, frame: 'group' as const, dx: -WORDS },
    width: WIDTH,
    height: { step },
    data: { name: `${quantity}, ${setting}`, values },
    layer: [
      {
        transform: [{ filter: 'isValid(datum.above)' }],
        mark: { type: 'bar' as const, color: '#e3ecf4', size: 30 },
        encoding: { x: { field: 'below', ...x }, x2: { field: 'above' }, y },
      },
      { mark: { type: 'rule' as const, color: '#999999' }, encoding: { x: { datum: NOTHING[lines[0]!.kind], ...x } } },
      {
        transform: [{ filter: 'isValid(datum.low)' }],
        mark: { type: 'rule' as const, strokeWidth: 2, color: '#222222' },
        encoding: { x: { field: 'low', ...x }, x2: { field: 'high' }, y },
      },
      {
        mark: { type: 'point' as const, filled: true, size: 60, opacity: 1, color: '#0072B2' },
        encoding: { x: { field: 'value', ...x }, y },
      },
      text('pairs', TO_PAIRS),
      text('verdict', TO_VERDICT),
    ],
  };
}
