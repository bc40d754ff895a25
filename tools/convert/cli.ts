/**
 * `npm run convert -- FOLDER` rewrites a store of older formats, and shows that no measured number changes. Runs are
 * moved to the folders of their identities; the plans of the studies then say which run stands where.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import { writeFinal } from '@spatial-ensemble/files';
import {
  infoText,
  type JsonObject,
  parse,
  planText,
  Result,
  resultBytes,
  type RunInfo,
} from '@spatial-ensemble/record';
import { PLAN_FILE, runFolder } from '@spatial-ensemble/store';

import { converted } from './convert.ts';
import { measured } from './measured.ts';
import { type Placed, planOf } from './plan.ts';
import { renamed } from './renamed.ts';
import { labelsOf } from './result-4.ts';

const folder = process.argv[2] ?? 'experiments/results';
const all = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .map((file) => join(folder, file))
  .toSorted();
const read = (file: string): JsonObject => JSON.parse(readFileSync(file, 'utf8')) as JsonObject;
const files = all.filter((file) => /(^|[/\\.])result\.json$/.test(file));
const old = files
  .map((file) => ({ file, before: read(file) }))
  .map((one) => ({ ...one, after: converted(one.before) }))
  .filter(({ before, after }) => before !== after);
const named = renamed(old.map(({ after }) => after));

// Nothing is written unless all of it holds the numbers that it held.
const counts = { measures: 0, points: 0, evidence: 0 };
const placed: Placed[] = [];
const results = old.map(({ file, before }, i) => {
  const result = parse(Result, named[i]?.document, `${file}, converted`);
  const [was, is] = [measured(before), measured(result as unknown as JsonObject)];
  if (!isDeepStrictEqual(was, is)) throw new Error(`${file} would have other numbers; nothing was written`);
  for (const kind of ['measures', 'points', 'evidence'] as const) counts[kind] += is[kind].length;
  placed.push({ ...labelsOf(before['run'] as JsonObject), identity: result.identity });
  return { file, result };
});
const plans = all
  .filter((file) => file.endsWith(`/${PLAN_FILE}`))
  .map((file) => ({ file, before: read(file) }))
  .flatMap(({ file, before }) => {
    const plan = planOf(before, placed, file);
    return plan === undefined ? [] : [{ file, plan }];
  });

// First: until a plan says where runs stand, they say so themselves.
for (const { file, plan } of plans) await writeFinal(file, planText(plan));
for (const { file, result } of results) {
  await writeFinal(file, resultBytes(result));
  const info = file.replace(/result\.json$/, 'run.json');
  if (existsSync(info))
    await writeFinal(
      info,
      infoText({ ...read(info), format: 'spatial-ensemble/run-2', identity: result.identity } as unknown as RunInfo),
    );
  if (file.endsWith('/result.json')) move(dirname(file), runFolder(folder, result.run, result.identity));
}
console.log(
  `${results.length} of ${files.length} results below ${folder} rewritten, and ${plans.length} plans; as before: ` +
    `${counts.measures} measures, ${counts.points} points, ${counts.evidence} numbers of evidence`,
);

/** Moves a folder, unless the same run is there already, and removes those above it that are empty then. */
function move(from: string, to: string): void {
  if (resolve(from) === resolve(to)) return;
  mkdirSync(dirname(to), { recursive: true });
  if (existsSync(to)) rmSync(from, { recursive: true });
  else renameSync(from, to);
  for (let above = dirname(from); above !== folder && readdirSync(above).length === 0; above = dirname(above))
    rmdirSync(above);
}
