import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { PaperTable, parse, Plan, Result, RunInfo, type StoredResult } from '@spatial-ensemble/record';

/**
 * All results below a folder, in the order of their paths. A result is `result.json` with its `run.json` beside it
 * (a run store), or `NAME.result.json` with `NAME.run.json` (accepted results).
 *
 * @throws SchemaError naming the file that is not a valid result.
 */
export async function readResults(folder: string): Promise<StoredResult[]> {
  const files = await filesBelow(folder);
  const known = new Set(files);
  return Promise.all(
    files
      .filter((file) => /(^|[/\\.])result\.json$/.test(file))
      .map(async (file) => {
        const beside = file.replace(/result\.json$/, 'run.json');
        const result = await readJson(Result, file);
        return known.has(beside) ? { result, file, info: await readJson(RunInfo, beside) } : { result, file };
      }),
  );
}

/** Every `study.json` below a folder, with its folder, in the order of the studies' names. */
export async function readPlans(folder: string): Promise<{ plan: Plan; folder: string }[]> {
  const files = (await filesBelow(folder)).filter((file) => /(^|[/\\])study\.json$/.test(file));
  const plans = await Promise.all(
    files.map(async (file) => ({ plan: await readJson(Plan, file), folder: dirname(file) })),
  );
  return plans.sort((a, b) => (a.plan.study.name < b.plan.study.name ? -1 : 1));
}

/** What is published about the paper's tables: every JSON file of a folder. */
export async function readTables(folder: string): Promise<PaperTable[]> {
  const files = (await filesBelow(folder)).filter((file) => file.endsWith('.json'));
  return Promise.all(files.map((file) => readJson(PaperTable, file)));
}

/** @throws SchemaError */
async function readJson<T>(schema: Parameters<typeof parse<T>>[0], file: string): Promise<T> {
  const text = await readFile(file, 'utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`${file} is not JSON (${(error as Error).message}). Was it cut off? Delete it and run again.`, {
      cause: error,
    });
  }
  return parse(schema, value, file);
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    },
  );
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
