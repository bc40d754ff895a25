import { wrap } from './wrap.ts';

/** Of a label, in px; and of a line of it. */
const FONT_SIZE = 12;
const LINE = 14;

/** Labels left of rows, in lines that stay within a width; the rows leave them room, and they stand beside their middle. */
export interface RowLabels {
  /** What stands in the data, in the order given; no two are the same. */
  readonly labels: readonly string[];
  /** Of a row, in px. */
  readonly step: number;
  /** The axis of the rows, as Vega-Lite takes it. */
  readonly axis: object;
}

/** @param width in px */
export function rowLabels(texts: readonly string[], width: number): RowLabels {
  const lines = texts.map((text) => wrap(text, width, FONT_SIZE));
  const most = Math.max(1, ...lines.map(({ length }) => length));
  return {
    // Rows of the same words are told apart by an empty letter each.
    labels: lines.map((one, i) => {
      const before = texts.slice(0, i).filter((text) => text === texts[i]).length;
      return `${one.join('\n')}${'\u200b'.repeat(before)}`;
    }),
    step: Math.max(34, LINE * most + 12),
    axis: {
      labelExpr: "split(datum.label, '\\n')",
      labelLineHeight: LINE,
      // Vega puts the first line in the middle.
      labelOffset: {
        condition: Array.from({ length: most - 1 }, (_, i) => ({
          test: `length(split(datum.label, '\\n')) == ${i + 2}`,
          value: (-LINE * (i + 1)) / 2,
        })),
        value: 0,
      },
      domain: false,
      ticks: false,
      labelPadding: 10,
    },
  };
}
