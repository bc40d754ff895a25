import type { Config } from 'vega-lite';

import { FONT_STACK } from './fonts.ts';

const INK = '#222222';
const FAINT = '#555555';

/** One look for all figures: white ground (so that they read on dark pages too), light grid, no boxes. */
export const theme: Config = {
  background: 'white',
  font: FONT_STACK,
  padding: 12,
  view: { stroke: null },
  title: {
    anchor: 'start',
    fontSize: 16,
    fontWeight: 'bold',
    color: INK,
    subtitleFontSize: 13,
    subtitleColor: FAINT,
    offset: 10,
  },
  axis: {
    labelFontSize: 12,
    titleFontSize: 13,
    titleFontWeight: 'normal',
    labelColor: FAINT,
    titleColor: INK,
    gridColor: '#e6e6e6',
    domainColor: '#999999',
    tickColor: '#999999',
    labelLimit: 0,
    titleLimit: 0,
    tickSize: 4,
  },
  legend: {
    labelFontSize: 13,
    titleFontSize: 13,
    labelColor: INK,
    labelLimit: 0,
    titleFontWeight: 'normal',
    titleColor: FAINT,
  },
  header: { labelFontSize: 13, labelFontWeight: 'bold', labelColor: INK, labelLimit: 0, titleFontSize: 13 },
};
