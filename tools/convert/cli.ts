/** `npm run convert -- FOLDER` rewrites results of older formats below a folder, and shows that no measured number changes. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import { writeFinal } from '@spatial-ensemble/files';
import { type JsonObject, parse, Result, resultBytes } from '@spatial-ensemble/record';

import { converted } from './convert.ts';
import { measured } from './measured.ts';

const folder = process.argv[2] ?? 'experiments/results';
const counts = { measures: 0, points: 0, evidence: 0 };
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => /(^|[/\\.])result\.json$/.test(file))
  .map((file) => join(folder, file))
  .toSorted();

let rewritten = 0;
for (const file of files) {
  const before = JSON.parse(readFileSync(file, 'utf8')) as JsonObject;
  const after = converted(before);
  if (after === before) continue;
  const result = parse(Result, after, `${file}, converted`);
  const [was, is] = [measured(before), measured(result as unknown as JsonObject)];
  if (!isDeepStrictEqual(was, is)) throw new Error(`${file} would have other numbers; it was left as it is`);
  for (const kind of ['measures', 'points', 'evidence'] as const) counts[kind] += is[kind].length;
  await writeFinal(file, resultBytes(result));
  rewritten += 1;
}
console.log(
  `${rewritten} of ${files.length} results below ${folder} rewritten; as before: ${counts.measures} measures, ` +
    `${counts.points} points, ${counts.evidence} numbers of evidence`,
);
