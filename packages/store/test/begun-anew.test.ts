import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isBegunAnew, placeOfRun, readResults } from '../src/index.ts';

// An accepted result, for a run that is finished.
const RUNS = resolve(import.meta.dirname, '../../../experiments/results/fixmatch');
const NAME = readdirSync(RUNS).toSorted()[0]!;
const ID = (JSON.parse(readFileSync(join(RUNS, NAME, 'result.json'), 'utf8')) as { identity: string }).identity;

let store: string;
let folder: string;
beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), 'anew-'));
  folder = join(store, NAME);
});
afterEach(() => rmSync(store, { recursive: true }));

const finished = (): void => cpSync(join(RUNS, NAME), folder, { recursive: true });
const shown = async () => (await readResults(store)).map(({ file }) => file);

test('a run that is not finished is begun anew in its place', async () => {
  mkdirSync(join(folder, 'checkpoint'), { recursive: true });
  expect((await placeOfRun(folder, ID, false)).folder).toBe(folder);
  expect(existsSync(join(folder, 'checkpoint'))).toBe(true);
  expect((await placeOfRun(folder, ID, true)).folder).toBe(folder);
  expect(existsSync(join(folder, 'checkpoint'))).toBe(false);
});

test('a result is there until the new one is whole', async () => {
  finished();
  const place = await placeOfRun(folder, ID, true);
  expect(place).toMatchObject({ folder: `${folder}.anew`, note: undefined });
  expect(isBegunAnew(folder)).toBe(true);
  writeFileSync(join(place.folder, 'result.json'), 'half');
  expect(await shown()).toEqual([join(folder, 'result.json')]);
  // Killed, and started again without --fresh.
  const again = await placeOfRun(folder, ID, false);
  expect(again.folder).toBe(place.folder);
  expect(again.note).toMatch(/begun anew with --fresh and not finished.*the result of before stays/);
  cpSync(join(RUNS, NAME), place.folder, { recursive: true });
  writeFileSync(join(place.folder, 'new'), '');
  await again.finish();
  expect(readdirSync(store)).toEqual([NAME]);
  expect(existsSync(join(folder, 'new'))).toBe(true);
  expect(await shown()).toEqual([join(folder, 'result.json')]);
});

test('with --fresh again it begins anew once more', async () => {
  finished();
  writeFileSync(join((await placeOfRun(folder, ID, true)).folder, 'metrics.jsonl'), '');
  expect(readdirSync((await placeOfRun(folder, ID, true)).folder)).toEqual([]);
  expect(await shown()).toEqual([join(folder, 'result.json')]);
});

test.each(['before', 'between', 'after'])('killed %s the exchange, the next start finishes it', async (when) => {
  finished();
  const { folder: anew } = await placeOfRun(folder, ID, true);
  cpSync(join(RUNS, NAME), anew, { recursive: true });
  writeFileSync(join(anew, 'new'), '');
  if (when !== 'before') renameSync(folder, `${folder}.former`);
  if (when === 'after') renameSync(anew, folder);
  expect(await shown()).toHaveLength(1);
  const place = await placeOfRun(folder, ID, false);
  expect(place).toMatchObject({ folder, note: undefined });
  expect(readdirSync(store)).toEqual([NAME]);
  expect(existsSync(join(folder, 'new'))).toBe(true);
});

test('a result that is damaged is none', async () => {
  finished();
  writeFileSync(join(folder, 'result.json'), '{');
  expect((await placeOfRun(folder, ID, true)).folder).toBe(folder);
  expect(existsSync(folder)).toBe(false);
});
