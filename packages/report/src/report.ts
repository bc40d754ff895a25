import { relative, sep } from 'node:path';

import type { Plan } from '@spatial-ensemble/record';
import prettyCompact from 'json-stringify-pretty-compact';

import { headlineCsv, measuresCsv } from './csv.ts';
import { learningCurves } from './figures/learning-curves.ts';
import { renderPng, renderSvg } from './figures/render.ts';
import { teacherStudent } from './figures/teacher-student.ts';
import { type Files, writeFiles } from './files.ts';
import { type IllustratedSection, sectionTitle, studyPage } from './page.ts';
import type { StoredResult } from './read-results.ts';
import { type Row, type Section, sections, trainedOn } from './rows.ts';
import { runStates } from './pairing.ts';
import { plural } from './text.ts';

export interface ReportOptions {
  /** PNG copies of the figures too; off unless asked for. */
  readonly png?: boolean;
}

/** Writes the report of one study into a folder: `index.md`, `table.csv`, `measures.csv` and the figures. */
export async function generateReport(
  results: readonly StoredResult[],
  plan: Plan,
  folder: string,
  options: ReportOptions = {},
): Promise<Files> {
  const files = await buildReport(results, plan, folder, options);
  await writeFiles(files, folder);
  return files;
}

/** The files of a study's report, without writing them; links in them are relative to `folder`. */
export async function buildReport(
  results: readonly StoredResult[],
  plan: Plan,
  folder: string,
  { png = false }: ReportOptions = {},
): Promise<Files> {
  const link = (stored: StoredResult): string =>
    relative(folder, stored.file).split(sep).map(encodeURIComponent).join('/');
  const files = new Map<string, string | Uint8Array>();
  const all = sections(plan, runStates(plan, results));
  const illustrated: IllustratedSection[] = [];
  for (const section of all) {
    const figures = [];
    // The figures of one tier share their axes.
    const beside = all.filter(({ tier }) => tier === section.tier).flatMap(({ rows }) => rows);
    for (const { name, title, specification } of figuresOf(plan, section, beside)) {
      if (specification === null) continue;
      const stem = [name, section.variant?.name, section.tier].filter((part) => part !== undefined).join('-');
      const svg = await renderSvg(specification);
      files.set(`${stem}.vl.json`, `${prettyCompact(specification, { maxLength: 160 })}\n`);
      files.set(`${stem}.svg`, svg);
      if (png) files.set(`${stem}.png`, renderPng(svg));
      figures.push({ title, svg: `${stem}.svg`, specification: `${stem}.vl.json` });
    }
    illustrated.push({ section, figures });
  }
  files.set('index.md', `${studyPage(plan, illustrated, link)}\n`);
  files.set('table.csv', headlineCsv(plan.study.name, all, plan.study.headline, link));
  files.set('measures.csv', measuresCsv(plan.study.name, all, link));
  return files;
}

function figuresOf(plan: Plan, section: Section, beside: readonly Row[]) {
  const { rows } = section;
  const title = sectionTitle(section).replaceAll('`', '');
  const what = [plan.study.title, title, ...trainedOn(rows)].join(' · ');
  const seeds = seedsText(section);
  return [
    {
      name: 'learning-curves',
      title: 'Accuracy of teacher and student on held-out training images over the steps, a panel for each arm',
      specification: learningCurves(
        rows,
        'Accuracy on held-out training images',
        [what, `${seeds}; in grey the other arms’ teachers`],
        beside,
      ),
    },
    {
      name: 'teacher-student',
      title: 'Lead of the teacher over its student in accuracy, and the distance between their weights, over the steps',
      specification: teacherStudent(rows, 'Teacher against student', [what, seeds], beside),
    },
  ];
}

function seedsText({ rows }: Section): string {
  const counts = rows.map(({ shown }) => shown.length).filter((n) => n > 0);
  const [fewest, most] = [Math.min(...counts), Math.max(...counts)];
  if (most <= 1) return 'one seed';
  return `mean of ${fewest === most ? plural(most, 'seed') : `${fewest} to ${most} seeds`}, bands from the smallest to the largest`;
}
