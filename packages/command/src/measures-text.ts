import { isBaseline, marginsOf, type Measure } from '@spatial-ensemble/record';

const BASELINE_TEXT = { untrained: 'untrained', pixels: 'raw pixels', pca: 'principal components' } as const;

/** How many measures a line has before it is no line any more. */
const A_LINE = 10;

/**
 * What a finished run came to, of its last checkpoint: `accuracy: teacher 71.50 %, student 68.00 %`. Of one that measured
 * a lot the first ten that belong to no curve, which a report draws, and how many there are beside them.
 *
 * @param all whether all are to be listed, however many
 */
export function measuresText(measures: readonly Measure[], { all = false } = {}): string {
  const last = measures.filter((measure) => measure.rule === 'last' && !isBaseline(measure));
  const names = namesOf(last);
  if (names.length === 0) return 'finished';
  const alone = namesOf(last.filter(({ along }) => along === undefined));
  const listed = all || names.length <= A_LINE ? names : (alone.length === 0 ? names : alone).slice(0, A_LINE);
  const texts = listed.map((name) => {
    const of = last
      .filter((measure) => measure.name === name)
      .map(({ whose, value, unit }) => [...(whose === 'none' ? [] : [whose]), numberText(value), unit].join(' '));
    return `${name}: ${of.join(', ')}`;
  });
  const more = names.length - listed.length;
  return [...texts, ...(more === 0 ? [] : [`${more} more (\`show\` lists all)`])].join('; ');
}

function namesOf(measures: readonly Measure[]): string[] {
  return [...new Set(measures.map(({ name }) => name))];
}

/**
 * A line for each measure that has something to be read against, and belongs to no curve:
 * `knn, teacher: 74.20 %; untrained 60.60 (+13.60)`.
 */
export function marginLines(measures: readonly Measure[]): string[] {
  return marginsOf(measures.filter(({ along }) => along === undefined)).map(({ measure, baselines }) => {
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
