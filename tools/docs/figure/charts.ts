import type { Config, TopLevelSpec } from 'vega-lite';
import type { LookAt, MaskAt } from './session.ts';
import { TEACHERS, type Teacher } from './training.ts';

/** Whose numbers are shown. */
export type Network = Teacher | 'student';

export const NETWORKS: readonly Network[] = ['student', ...TEACHERS];

export const TITLES: Readonly<Record<Network, string>> = {
  student: 'student',
  tma: 'TMA',
  'tma-effective': 'TMA of the mean age of STS',
  se: 'SE',
  sts: 'STS',
};

/** The colours of the reports (`packages/report/src/figures/palette.ts`), lighter where the ground is dark. */
const COLOURS: Readonly<Record<'light' | 'dark', Readonly<Record<Network, string>>>> = {
  light: { student: '#767676', tma: '#0072B2', 'tma-effective': '#1F8BC9', se: '#B87A00', sts: '#D55E00' },
  dark: { student: '#A8A8AE', tma: '#5AA9E6', 'tma-effective': '#9AD0F5', se: '#F0B429', sts: '#FF8A47' },
};

/** Not by colour alone: the control is dashed, since STS lies on it. */
const DASHES: Readonly<Record<Network, readonly number[]>> = {
  student: [1, 0],
  tma: [1, 0],
  'tma-effective': [6, 4],
  se: [2, 2],
  sts: [1, 0],
};

/** The three charts of the figure. */
export const CHARTS = ['accuracy', 'distance', 'masks'] as const;
export type Chart = (typeof CHARTS)[number];

/** Rows of the chart's data, named `rows` in its specification. */
export type Rows = readonly Readonly<Record<string, string | number>>[];

export function rowsOf(chart: Chart, looks: readonly LookAt[], masks: readonly MaskAt[]): Rows {
  if (chart === 'accuracy')
    return looks.flatMap(({ step, accuracy }) =>
      NETWORKS.map((network) => ({ step, network, value: accuracy[network] })),
    );
  if (chart === 'distance')
    return looks.flatMap(({ step, distance }) =>
      TEACHERS.map((network) => ({ step, network, value: 100 * distance[network] })),
    );
  return masks.flatMap(({ step, kept }) =>
    kept.map((is, unit) => ({ from: step - 1, step, unit, end: unit + 1, what: is ? 'kept' : 'moved' })),
  );
}

/** What the chart shows, in Vega-Lite; its colours are of a light or a dark ground. */
export function chartOf(chart: Chart, ground: 'light' | 'dark'): TopLevelSpec {
  const base = {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    width: 'container',
    data: { name: 'rows' },
    autosize: { type: 'fit', contains: 'padding' },
    config: configOf(ground),
  } as const;
  if (chart === 'masks')
    return {
      ...base,
      height: 190,
      description: 'Which units the masks of SE and STS kept, update by update',
      mark: { type: 'rect' },
      encoding: {
        x: { field: 'from', type: 'quantitative', title: 'Update', scale: { zero: false, nice: false }, axis: { tickMinStep: 5, grid: false } }, // prettier-ignore
        x2: { field: 'step' },
        y: { field: 'unit', type: 'quantitative', title: 'Unit', scale: { nice: false }, axis: { tickMinStep: 1 } },
        y2: { field: 'end' },
        color: {
          field: 'what',
          type: 'nominal',
          scale: {
            domain: ['kept', 'moved'],
            range: ground === 'light' ? ['#D55E00', '#E9E9EC'] : ['#FF8A47', '#3A3B42'],
          },
          legend: { orient: 'top', title: null },
        },
      },
    };
  const networks = chart === 'accuracy' ? NETWORKS : TEACHERS;
  return {
    ...base,
    height: 220,
    description:
      chart === 'accuracy'
        ? 'Accuracy of the student and its teachers on held-out points, over the updates'
        : 'How far each teacher’s weights are from the student’s, over the updates',
    mark: { type: 'line', strokeWidth: 2, clip: true },
    encoding: {
      x: { field: 'step', type: 'quantitative', title: 'Update', axis: { tickMinStep: 10 } },
      y: {
        field: 'value',
        type: 'quantitative',
        title: chart === 'accuracy' ? 'Accuracy, %' : 'Distance, % of the student',
        // Untrained networks guess, and would take half of the room.
        scale: chart === 'distance' ? { zero: true } : { domain: [60, 100] },
      },
      color: {
        field: 'network',
        type: 'nominal',
        scale: { domain: [...networks], range: networks.map((network) => COLOURS[ground][network]) },
        // The table beside the charts is their legend.
        legend: null,
      },
      strokeDash: {
        field: 'network',
        type: 'nominal',
        scale: { domain: [...networks], range: networks.map((network) => [...DASHES[network]]) },
        legend: null,
      },
    },
  };
}

function configOf(ground: 'light' | 'dark'): Config {
  const [ink, faint, grid] = ground === 'light' ? ['#222222', '#555555', '#e6e6e6'] : ['#ececf0', '#b4b7c0', '#3f4148'];
  return {
    background: 'transparent',
    font: 'inherit',
    view: { stroke: null },
    axis: {
      labelColor: faint,
      titleColor: ink,
      gridColor: grid,
      domainColor: faint,
      tickColor: faint,
      titleFontWeight: 'normal',
      labelFontSize: 12,
      titleFontSize: 12,
    },
    legend: { labelColor: ink, labelFontSize: 12 },
  };
}
