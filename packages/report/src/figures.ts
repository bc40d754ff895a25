import type { Plan } from '@spatial-ensemble/record';
import type { TopLevelSpec } from 'vega-lite';

import { pText } from './claims/claims-table.ts';
import { type FailureOutcome, failureOutcomes } from './claims/failure-outcomes.ts';
import { titleOf } from './claims/comparison-text.ts';
import { comparisonsOf } from './claims/outcomes.ts';
import { type DifferenceLine, differenceLines } from './claims/differences-table.ts';
import { curvesOf } from './curves/curves.ts';
import { curvesFigureName, curvesFigureTitle } from './curves/page-blocks.ts';
import { curvesFigure } from './figures/curves.ts';
import { sweepFigure } from './figures/sweep.ts';
import { sweepFigureName, sweepFigureTitle } from './sweeps/page-blocks.ts';
import type { SweptGrid } from './sweeps/points.ts';
import { type FactorOutcome, factorsOf } from './factors/outcomes.ts';
import { failureRates } from './figures/failure-rates.ts';
import { factorFigure } from './figures/factor.ts';
import { learningCurves } from './figures/learning-curves.ts';
import { pairedDifferences } from './figures/paired-differences.ts';
import { type Panel, panelsFigure } from './figures/panels.ts';
import { leadPoints, type Pair, pairsOf, type SeriesKind, seriesKinds, seriesPoints } from './figures/series.ts';
import { teacherLead } from './figures/teacher-lead.ts';
import { wrap } from './figures/wrap.ts';
import { headlineUnit, type Row, type Section, trainedOn } from './rows.ts';
import { sectionName } from './section-names.ts';
import { capitalised, differenceUnit, inUnit, plural } from './text.ts';

/** A figure of a section. */
export interface Figure {
  /** In its file's name. */
  readonly name: string;
  /** What it shows, for whom it cannot be seen. */
  readonly title: string;
  readonly specification: TopLevelSpec;
  /** What it stands under: its name, where it has a place of its own. */
  readonly under?: string;
}

/**
 * The figures of whatever series the runs of a section have. Of each quantity that teacher and student both have, the
 * learning curves, a panel for each arm. What is of the teacher: its lead over the student in each of these, and its
 * own series. Then all others.
 *
 * @param beside the rows of all sections that share their axes with this one.
 * @param grids what was swept in the section
 */
export function figuresOf(
  plan: Plan,
  section: Section,
  beside: readonly Row[],
  grids: readonly SweptGrid[] = [],
): Figure[] {
  const { rows } = section;
  const what = [plan.study.title, sectionName(section), ...trainedOn(rows)].join(' · ');
  const seeds = seedsText(section);
  const kinds = seriesKinds(rows);
  const pairs = pairsOf(kinds);
  const single = kinds.filter((kind) => !pairs.some(({ teacher, student }) => kind === teacher || kind === student));
  const ofTeacher = [...pairs.map(leadPanel), ...single.filter(({ whose }) => whose === 'teacher').map(panelOf)];
  const others = single.filter(({ whose }) => whose !== 'teacher').map(panelOf);
  const { headline } = plan.study;
  const differences = differenceLines(rows, comparisonsOf(plan, section), headline);
  const figures = [
    {
      name: 'paired-differences',
      title: 'Paired differences: a line for each seed, the mean and its 95 % interval',
      specification: pairedDifferences(differences, headlineUnit(rows, headline), [
        what,
        `${headline.metric} of the ${headline.whose}${differences.some(saysItsOwn) ? ', or what a line names' : ''}; a line for each seed, the mean and its 95 % interval`,
      ]),
    },
    ...failureOutcomes(plan, section).map((one) => ({
      name: `failures-${one.name}`,
      under: `failures-${one.name}`,
      title: `${one.declared.hypothesis}: ${one.text}; ${failedTexts(one).join('; ')}`,
      specification: failureRates(one.arms, `Runs that end below ${titleOf(rows, one.declared.reference)}`, [
        what,
        ...mcNemarTexts(one, rows),
      ]),
    })),
    ...factorsOf(plan, section).map((one) => ({
      name: `factor-${one.name}`,
      under: `factor-${one.name}`,
      title: factorTitle(one),
      specification: factorFigure(one, headlineUnit(rows, headline), [
        what,
        `${headline.metric} of the ${headline.whose} over the first level; a line for each seed, the means and the 95 % intervals of their pairs`,
      ]),
    })),
    ...grids.map((grid, i) => ({
      name: sweepFigureName(i),
      under: sweepFigureName(i),
      title: sweepFigureTitle(grid, headline),
      specification: sweepFigure(
        grid,
        Object.keys(plan.study.arms),
        inUnit(
          headline.metric,
          headlineUnit(
            grid.points.map(({ row }) => row),
            headline,
          ),
        ),
        [
          plan.study.title,
          `${headline.metric} of the ${headline.whose}: means, their 95 % intervals, each seed as a point; values at equal distances`,
        ],
      ),
    })),
    ...curvesOf(rows).map((curves) => ({
      name: curvesFigureName(curves),
      under: curvesFigureName(curves),
      title: curvesFigureTitle(curves),
      specification: curvesFigure(curves, Object.keys(plan.study.arms), [
        what,
        'means and their 95 % intervals over the seeds; values at equal distances; teachers whole, students dashed',
      ]),
    })),
    ...pairs.map((pair) => ({
      name: pairs.length === 1 ? 'learning-curves' : `learning-curves-${pair.teacher.name}`,
      title: `${headingOf(pair.teacher)}; teacher and student over the steps, a panel for each arm`,
      specification: learningCurves(
        rows,
        pair,
        headingOf(pair.teacher),
        [what, `${seeds}; in grey the other arms’ teachers`],
        beside,
      ),
    })),
    ...pairs.map((pair) => ({
      name: pairs.length === 1 ? 'teacher-lead' : `teacher-lead-${pair.teacher.name}`,
      title: `${headingOf(pair.teacher)}; teacher − student over the steps, a panel for each arm, a line for each seed, the mean and its 95 % interval`,
      specification: teacherLead(
        rows,
        pair,
        `Teacher − student: ${pair.teacher.title}`,
        [what, 'a line for each seed, their mean and its 95 % interval over the seeds'],
        beside,
      ),
    })),
    {
      name: 'teacher-student',
      title: `Over the steps: ${titlesOf(ofTeacher)}`,
      specification: panelsFigure(rows, ofTeacher, 'Teacher against student', [what, seeds], beside),
    },
    {
      name: 'training',
      title: `Over the steps: ${titlesOf(others)}`,
      specification: panelsFigure(rows, others, 'While training', [what, seeds], beside),
    },
  ];
  return figures.flatMap(({ specification, ...figure }) =>
    specification === null ? [] : [{ ...figure, specification }],
  );
}

function saysItsOwn({ comparison: { metric, whose, overWhose } }: DifferenceLine): boolean {
  return metric !== undefined || whose !== undefined || overWhose !== undefined;
}

function failedTexts({ arms }: FailureOutcome): string[] {
  return arms.map(({ title, failed, seeds }) => `${title} ${failed.length} of ${seeds.length}`);
}

/** What stands beside the shares: the exact test of two of the arms. */
function mcNemarTexts({ declared, discordance }: FailureOutcome, rows: readonly Row[]): string[] {
  if (discordance === null) return [];
  const { first, second, p } = discordance;
  const [arm, over] = [titleOf(rows, declared.arm), titleOf(rows, declared.over)];
  return [
    'share of the seeds and its exact 95 % interval',
    ...wrap(
      `McNemar’s exact test: ${arm} alone failed ${first.length}, ${over} alone ${second.length}; p ${p < 0.001 ? '' : '= '}${pText(p)}`,
      640,
      13,
    ),
  ];
}

/** What was found, for whom it cannot be seen. */
function factorTitle({ factor, series }: FactorOutcome): string {
  return `${capitalised(factor.title)}: ${series.map(({ title, text }) => `${title}, ${text}`).join('; ')}`;
}

function headingOf({ title, meaning }: SeriesKind): string {
  return capitalised([title, ...(meaning === undefined ? [] : [meaning])].join(': '));
}

function panelOf(kind: SeriesKind): Panel {
  const { title, meaning, unit } = kind;
  return {
    title,
    ...(meaning !== undefined && { meaning }),
    axis: inUnit(title, unit),
    unit,
    points: (rows) => seriesPoints(rows, kind),
  };
}

function leadPanel(pair: Pair): Panel {
  const { title, unit } = pair.teacher;
  return {
    title: `lead of the teacher: ${title}`,
    axis: `teacher − student${unit === '' ? '' : ` (${differenceUnit(unit)})`}`,
    // A difference has an axis of its own, which goes below zero.
    unit: '',
    points: (rows) => leadPoints(rows, pair),
  };
}

function titlesOf(panels: readonly Panel[]): string {
  return panels.map(({ title }) => title).join('; ');
}

function seedsText({ rows }: Section): string {
  const counts = rows.map(({ shown }) => shown.length).filter((n) => n > 0);
  const [fewest, most] = [Math.min(...counts), Math.max(...counts)];
  if (most <= 1) return 'one seed';
  return `mean of ${fewest === most ? plural(most, 'seed') : `${fewest} to ${most} seeds`}, bands from the smallest to the largest`;
}
