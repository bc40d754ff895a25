import type { TopLevelSpec } from 'vega-lite';

import type { Failures } from '../claims/failures.ts';
import { exactShare } from '../statistics/exact-share.ts';
import { roundAxis, vegaAxis } from './axis.ts';
import { rounded } from './rounded.ts';
import { rowLabels } from './row-labels.ts';
import { theme } from './theme.ts';
import { wrap } from './wrap.ts';

const WIDTH = 420;
/** Of an arm's title, which stands left of its line. */
const TITLE = 220;

/**
 * How often the runs of each arm failed: an arm a line, the share of its seeds with the exact 95 % interval, and the count.
 * Null where no arm was counted.
 */
export function failureRates(
  arms: readonly Failures[],
  title: string,
  subtitle: readonly string[],
): TopLevelSpec | null {
  if (arms.length === 0) return null;
  const {
    labels,
    step,
    axis: rows,
  } = rowLabels(
    arms.map((one) => one.title),
    TITLE,
  );
  const values = arms.map(({ failed, seeds }, i) => {
    const [low, high] = exactShare(failed.length, seeds.length).map((end) => rounded(100 * end)) as [number, number];
    const value = rounded((100 * failed.length) / seeds.length);
    return { arm: labels[i], value, low, high, count: `${failed.length} of ${seeds.length}` };
  });
  const { scale, axis } = vegaAxis(roundAxis([0, ...values.map(({ high }) => high)], 4));
  const x = { type: 'quantitative' as const, title: 'runs that failed (%)', scale, axis: { ...axis, grid: true } };
  const y = { field: 'arm', type: 'nominal' as const, title: null, sort: [...labels], axis: rows };
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    config: theme,
    title: { text: wrap(title, TITLE + WIDTH, 16), subtitle: [...subtitle] },
    width: WIDTH,
    height: { step },
    data: { name: 'failures', values },
    layer: [
      {
        mark: { type: 'rule', strokeWidth: 2, color: '#222222' },
        encoding: { x: { field: 'low', ...x }, x2: { field: 'high' }, y },
      },
      {
        mark: { type: 'point', filled: true, size: 60, opacity: 1, color: '#D55E00' },
        encoding: { x: { field: 'value', ...x }, y },
      },
      {
        mark: { type: 'text', align: 'left', fontSize: 12, color: '#222222' },
        encoding: { x: { value: WIDTH + 14 }, y, text: { field: 'count', type: 'nominal' } },
      },
    ],
  } as TopLevelSpec;
}
