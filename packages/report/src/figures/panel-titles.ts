import type { Row } from '../rows.ts';
import { widest } from './fonts.ts';
import { SUBSTITUTE, wrap } from './wrap.ts';

/** The largest size of a title, in px. */
const FONT_SIZE = 13;

/** Titles of panels, an arm each. */
export interface PanelTitles {
  /** What stands in the data, by the arm. */
  readonly of: (arm: string) => string;
  /** The header of the facets, as Vega-Lite takes it. */
  readonly header: object;
}

/** A long title takes lines, and one with a long word is set smaller, so that it stays over its own panel. */
export function panelTitles(rows: readonly Row[], width: number): PanelTitles {
  const lines = new Map(rows.map(({ name, arm }) => [name, wrap(arm.title, width, FONT_SIZE)]));
  const titleWidth = widest([...lines.values()].flat(), FONT_SIZE, 'bold') * SUBSTITUTE;
  return {
    of: (arm) => (lines.get(arm) ?? []).join('\n'),
    header: {
      labelExpr: "split(datum.label, '\\n')",
      labelAnchor: 'start',
      labelPadding: 2,
      labelFontSize: Math.min(FONT_SIZE, Math.floor((FONT_SIZE * width) / titleWidth)),
    },
  };
}

/** A panel for each arm of the field `panel`, in this order, three in a row. */
export function armPanels(arms: readonly string[], { of, header }: PanelTitles) {
  return {
    facet: { field: 'panel', type: 'nominal', sort: arms.map(of), title: null, header },
    columns: Math.min(3, arms.length),
    spacing: { row: 14, column: 22 },
  } as const;
}
