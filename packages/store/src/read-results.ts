import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import {
  PaperTable,
  parse,
  Plan,
  Result,
  RunInfo,
  shortIdentity,
  type StoredResult,
  unsealed,
} from '@spatial-ensemble/record';
import { isBeside } from './begun-anew.ts';
import { PLAN_FILE } from './plan-file.ts';
import { readText } from './read-text.ts';

/**
 * All results below a folder, in the order of their paths. A result is `result.json` with its `run.json` beside it
 * (a run store), or `NAME.result.json` with `NAME.run.json`.
 *
 * @param damaged told of each that cannot be read, which is then left out.
 * @throws SchemaError, Error naming the file that is not a valid result, was changed, or lies in another's place; where
 *   nobody is told of it.
 */
export async function readResults(folder: string, damaged?: (problem: string) => void): Promise<StoredResult[]> {
  const files = (await filesBelow(folder)).filter((file) => !isBeside(dirname(file)));
  const known = new Set(files);
  const found = await Promise.all(
    files
      .filter((file) => /(^|[/\\.])result\.json$/.test(file))
      .map((file) => orTold(async () => [await readResult(file, known)], damaged)),
  );
  return found.flat();
}

async function readResult(file: string, known: ReadonlySet<string>): Promise<StoredResult> {
  const beside = file.replace(/result\.json$/, 'run.json');
  const result = await readDocument(file, (value) => unsealed(Result, value, file));
  checkPlace(file, result.identity);
  if (!known.has(beside)) return { result, file };
  const info = await readDocument(beside, (value) => unsealed(RunInfo, value, beside));
  if (info.identity !== result.identity)
    throw new Error(
      `${beside} is of run ${shortIdentity(info.identity)}, and the result beside it of ${shortIdentity(result.identity)}. ${WAY_OUT}`,
    );
  return { result, file, info };
}

const WAY_OUT = 'Put back what belongs there (accepted results: `git checkout`), or delete both and run again.';

/** A folder that is called as a run is called holds that run. */
function checkPlace(file: string, identity: string): void {
  const name = basename(dirname(file));
  if (/^[0-9a-f]{12}$/.test(name) && name !== shortIdentity(identity))
    throw new Error(`${file} is the result of run ${shortIdentity(identity)}, in another's place. ${WAY_OUT}`);
}

/**
 * The plan of a study.
 *
 * @throws Error naming the file where it is no plan, of another format, or not as it was written
 */
export async function readPlan(file: string): Promise<Plan> {
  return readDocument(file, (value) => unsealed(Plan, value, file));
}

/**
 * Every `study.json` below a folder, with its folder, in the order of the studies' names.
 *
 * @param damaged told of each that cannot be read, which is then left out.
 * @throws Error naming the file that cannot be read; where nobody is told of it.
 */
export async function readPlans(
  folder: string,
  damaged?: (problem: string) => void,
): Promise<{ plan: Plan; folder: string }[]> {
  const files = (await filesBelow(folder)).filter((file) => basename(file) === PLAN_FILE);
  const read = async (file: string): Promise<{ plan: Plan; folder: string }[]> => [
    { plan: await readPlan(file), folder: dirname(file) },
  ];
  const plans = await Promise.all(files.map((file) => orTold(() => read(file), damaged)));
  return plans.flat().sort((a, b) => (a.plan.study.name < b.plan.study.name ? -1 : 1));
}

/** What is read, or nothing where somebody is told why it cannot be. */
async function orTold<T>(read: () => Promise<T[]>, damaged: ((problem: string) => void) | undefined): Promise<T[]> {
  try {
    return await read();
  } catch (error) {
    if (damaged === undefined) throw error;
    damaged((error as Error).message);
    return [];
  }
}

/** What is published about the paper's tables: every JSON file of a folder. */
export async function readTables(folder: string): Promise<PaperTable[]> {
  const files = (await filesBelow(folder)).filter((file) => file.endsWith('.json'));
  return Promise.all(files.map((file) => readDocument(file, (value) => parse(PaperTable, value, file))));
}

/** @throws Error that names the file */
async function readDocument<T>(file: string, check: (value: unknown) => T): Promise<T> {
  const text = await readText(file);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`${file} is not JSON (${(error as Error).message}). Was it cut off? ${WAY_OUT}`, { cause: error });
  }
  return check(value);
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
