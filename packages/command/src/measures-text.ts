import { isBaseline, marginsOf, type Measure } from '@spatial-ensemble/record';

const BASELINE_TEXT = { untrained: 'untrained', pixels: 'raw pixels', pca: 'principal components' } as const;

/** What a finished run came to, of its last checkpoint: `accuracy: teacher 71.50 %, student 68.00 %`. */
export function measuresText(measures: readonly Measure[]): string {
  const last = measures.filter((measure) => measure.rule === 'last' && !isBaseline(measure));
  const names = [...new Set(last.map(({ name }) => name))];
  if (names.length === 0) return 'finished';
  return names
    .map((name) => {
      const of = last
        .filter((measure) => measure.name === name)
        .map(({ whose, value, unit }) => [...(whose === 'none' ? [] : [whose]), numberText(value), unit].join(' '));
      return `${name}: ${of.join(', ')}`;
    })
    .join('; ');
}

/** A line for each measure that has something to be read against: `knn, teacher: 74.20 %; untrained 60.60 (+13.60)`. */
export function marginLines(measures: readonly Measure[]): string[] {
  return marginsOf(measures).map(({ measure, baselines }) => {
    const beside = (Object.keys(BASELINE_TEXT) as (keyof typeof BASELINE_TEXT)[]).flatMap((kind) => {
      const baseline = baselines[kind];
      return baseline === undefined
        ? []
        : [`${BASELINE_TEXT[kind]} ${numberText(baseline.value)} (${signed(measure.value - baseline.value)})`];
    });
    const { name, whose, value, unit } = measure;
    return `${name}, ${whose}: ${numberText(value)} ${unit}; ${beside.join(', ')}`;
  });
}

/** With two decimals, as a percentage is read. */
export function numberText(value: number): string {
  return value.toFixed(2);
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;
}
