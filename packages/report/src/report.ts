import { relative, sep } from 'node:path';

import type { Plan, StoredResult } from '@spatial-ensemble/record';
import prettyCompact from 'json-stringify-pretty-compact';
import type { TopLevelSpec } from 'vega-lite';

import { claimsCsv, differencesCsv } from './claims/claims-csv.ts';
import { factorsCsv } from './factors/factors-csv.ts';
import { headlineCsv, measuresCsv } from './csv.ts';
import type { Ledger } from './deviations/ledger.ts';
import { latexFiles } from './latex-files.ts';
import { figuresOf } from './figures.ts';
import { type Files, writeFiles } from './files.ts';
import { type IllustratedSection, type StudyPage, studyMarkdown, studyPage } from './page.ts';
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
  const link = (stored: StoredResult): string =>
    relative(folder, stored.file).split(sep).map(encodeURIComponent).join('/');
  const files = new Map<string, string | Uint8Array>();
  const all = sections(plan, runStates(plan, results));
  const illustrated: IllustratedSection[] = [];
  // Loaded where figures are drawn: Vega takes a second, which every other command would wait.
  const { renderPng, renderSvg } = await import('./figures/render.ts');
  for (const section of all) {
    const figures = [];
    // The figures of one tier share their axes.
    const beside = all.filter(({ tier }) => tier === section.tier).flatMap(({ rows }) => rows);
    for (const { name, title, specification: given, factor } of figuresOf(plan, section, beside)) {
      const specification = withoutControls(given);
      const stem = fileName([name, section.variant?.name, section.tier].filter((part) => part !== undefined).join('-'));
      const svg = await renderSvg(specification);
      files.set(`${stem}.vl.json`, `${prettyCompact(specification, { maxLength: 160 })}\n`);
      files.set(`${stem}.svg`, svg);
      if (png) files.set(`${stem}.png`, renderPng(svg));
      figures.push({
        title,
        svg: `${stem}.svg`,
        specification: `${stem}.vl.json`,
        image: svg,
        ...(factor && { factor }),
      });
    }
    illustrated.push({ section, figures });
  }
  const page = studyPage(plan, illustrated, link, ledger);
  files.set('index.md', `${studyMarkdown(page)}\n`);
  files.set('table.csv', headlineCsv(plan.study.name, all, plan.study.headline, link));
  files.set('measures.csv', measuresCsv(plan.study.name, all, link));
  if (plan.study.claims !== undefined) {
    files.set('claims.csv', claimsCsv(plan, all));
    files.set('differences.csv', differencesCsv(plan, all));
  }
  if (plan.study.factors !== undefined) files.set('factors.csv', factorsCsv(plan, all));
  for (const [path, tex] of latexFiles(plan, all)) files.set(path, `${tex}\n`);
  return { files, page };
}

/** Vega makes expressions of titles, in which the end of a line would end the expression. */
function withoutControls(specification: TopLevelSpec): TopLevelSpec {
  return JSON.parse(JSON.stringify(specification), (name, value: unknown) =>
    typeof value === 'string' && name === 'title' ? value.replace(/\p{Cc}+/gu, ' ') : value,
  ) as TopLevelSpec;
}

/** A name from outside as one of a file in the report's own folder, whatever it holds. */
function fileName(name: string): string {
  return name.replace(/[^\w.-]+/g, '-');
}
