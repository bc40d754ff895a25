/**
 * `npm run convert -- FOLDER` rewrites results of older formats below a folder, and shows that no measured number
 * changes. A run whose identity follows from the newer format is moved to the folder of that name.
 */
import { existsSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import { writeFinal } from '@spatial-ensemble/files';
import { type JsonObject, parse, Result, resultBytes, shortIdentity } from '@spatial-ensemble/record';

import { converted } from './convert.ts';
import { measured } from './measured.ts';
import { renamed } from './renamed.ts';

const folder = process.argv[2] ?? 'experiments/results';
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => /(^|[/\\.])result\.json$/.test(file))
  .map((file) => join(folder, file))
  .toSorted();
const old = files
  .map((file) => ({ file, before: JSON.parse(readFileSync(file, 'utf8')) as JsonObject }))
  .map((one) => ({ ...one, after: converted(one.before) }))
  .filter(({ before, after }) => before !== after);
const named = renamed(old.map(({ after }) => after));

// Nothing is written unless all of it holds the numbers that it held.
const counts = { measures: 0, points: 0, evidence: 0 };
const results = old.map(({ file, before }, i) => {
  const result = parse(Result, named[i]?.document, `${file}, converted`);
  const [was, is] = [measured(before), measured(result as unknown as JsonObject)];
  if (!isDeepStrictEqual(was, is)) throw new Error(`${file} would have other numbers; nothing was written`);
  for (const kind of ['measures', 'points', 'evidence'] as const) counts[kind] += is[kind].length;
  return { file, result, before: named[i]?.before ?? result.identity };
});
for (const { file, result, before } of results) {
  await writeFinal(file, resultBytes(result));
  const info = file.replace(/result\.json$/, 'run.json');
  if (existsSync(info)) {
    const text = JSON.parse(readFileSync(info, 'utf8')) as JsonObject;
    await writeFinal(info, `${JSON.stringify({ ...text, identity: result.identity }, null, 2)}\n`);
  }
  const here = dirname(file);
  const there = here.replace(shortIdentity(before), shortIdentity(result.identity));
  if (there !== here) renameSync(here, there);
}
console.log(
  `${results.length} of ${files.length} results below ${folder} rewritten; as before: ${counts.measures} measures, ` +
    `${counts.points} points, ${counts.evidence} numbers of evidence`,
);
