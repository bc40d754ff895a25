/** Writes into README.md what the reports come to; `npm run drift` runs it. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { writeFinal } from '@spatial-ensemble/files';
import { digest } from '@spatial-ensemble/report';
import { readPlans, readResults, readTables } from '@spatial-ensemble/store';
import { format, resolveConfig } from 'prettier';
import { withRegion } from './region.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const FILE = resolve(ROOT, 'README.md');

const accepted = resolve(ROOT, 'experiments/results');
const results = await readResults(accepted);
const studies = (await readPlans(accepted)).map(({ plan }) => ({ plan, results }));
const text = digest(studies, await readTables(resolve(ROOT, 'experiments/tables')), 'reports');
const page = withRegion(await readFile(FILE, 'utf8'), 'what was found', text);
await writeFinal(FILE, await format(page, { ...(await resolveConfig(FILE)), parser: 'markdown' }));
