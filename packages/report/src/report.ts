import type { Plan, StoredResult } from '@spatial-ensemble/record';

import { claimsCsv, differencesCsv } from './claims/claims-csv.ts';
import { failuresCsv } from './claims/failure-tables.ts';
import { factorsCsv } from './factors/factors-csv.ts';
import { curvesCsv, hasCurves } from './curves/curves-csv.ts';
import { headlineCsv, measuresCsv } from './csv.ts';
import type { Ledger } from './deviations/ledger.ts';
import { latexFiles } from './latex-files.ts';
import { drawn } from './figures/draw.ts';
import { figuresOf } from './figures.ts';
import { type Files, writeFiles } from './files.ts';
import { type Link, linkFrom } from './run-links.ts';
import { type IllustratedSection, type StudyPage, studyMarkdown, studyPage } from './page.ts';
import { gridsOf, sweptGrids } from './sweeps/points.ts';
import { sweepsCsv } from './sweeps/sweeps-csv.ts';
import { sections } from './rows.ts';
import { runStates } from './pairing.ts';

export interface ReportOptions {
  /** PNG copies of the figures too; off unless asked for. */
  readonly png?: boolean;
  /** What published numbers are not to be compared without; its page lies in the folder above. */
  readonly ledger?: Ledger;
}

/** Writes the report of one study into a folder: `index.md`, its tables as CSV and LaTeX, and the figures. */
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
  options: ReportOptions = {},
): Promise<Files> {
  return (await buildStudy(results, plan, folder, options)).files;
}

/** The same, with the page before it has a form. */
export async function buildStudy(
  results: readonly StoredResult[],
  plan: Plan,
  folder: string,
  { png = false, ledger }: ReportOptions = {},
): Promise<{ readonly files: Files; readonly page: StudyPage }> {
  const link: Link = (stored) => linkFrom(folder, stored);
  const files = new Map<string, string | Uint8Array>();
  const all = sections(plan, runStates(plan, results));
  const swept = sweptGrids(plan, results);
  const illustrated: IllustratedSection[] = [];
  for (const section of all) {
    const figures = [];
    const grids = gridsOf(swept, section);
    // The figures of one tier share their axes.
    const beside = all.filter(({ tier }) => tier === section.tier).flatMap(({ rows }) => rows);
    for (const { name, title, specification, under } of figuresOf(plan, section, beside, grids)) {
      const stem = [name, section.variant?.name, section.tier].filter((part) => part !== undefined).join('-');
      const drawing = await drawn(stem, title, specification, { png });
      for (const [path, content] of drawing.files) files.set(path, content);
      figures.push({ ...drawing.figure, ...(under !== undefined && { under }) });
    }
    illustrated.push({ section, figures, grids });
  }
  const page = studyPage(plan, illustrated, link, ledger);
  files.set('index.md', `${studyMarkdown(page)}\n`);
  files.set('table.csv', headlineCsv(plan.study.name, all, plan.study.headline, link));
  files.set('measures.csv', measuresCsv(plan.study.name, all, link));
  if (all.some(({ rows }) => hasCurves(rows))) files.set('curves.csv', curvesCsv(plan.study.name, all));
  if (plan.study.claims !== undefined) {
    files.set('claims.csv', claimsCsv(plan, all));
    files.set('differences.csv', differencesCsv(plan, all));
  }
  if (plan.study.factors !== undefined) files.set('factors.csv', factorsCsv(plan, all));
  if (swept.length > 0) files.set('sweeps.csv', sweepsCsv(plan, swept));
  if (plan.study.failures !== undefined) files.set('failures.csv', failuresCsv(plan, all));
  for (const [path, tex] of latexFiles(plan, all, swept)) files.set(path, `${tex}\n`);
  return { files, page };
}
