import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkCheckpoints } from '../src/check-checkpoints.ts';
import { openRun } from '../src/open-run.ts';
import type { StoredTensor } from '../src/safetensors-header.ts';
import { surveyRuns } from '../src/survey.ts';
import { verifyRun } from '../src/verify-run.ts';

const IDENTITY = 'ab'.repeat(32);
const SHORT = IDENTITY.slice(0, 12);
const TENSORS = new Map<string, StoredTensor>([['w', { shape: [2], data: new Float32Array(2) }]]);

let store: string;
let folder: string;
beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), 'verify-'));
  folder = join(store, 'method', SHORT);
});
afterEach(() => rmSync(store, { recursive: true, force: true }));

/** Checkpoints after these steps, as a run saves them. */
async function saved(place: string, ...steps: number[]): Promise<void> {
  const run = await openRun(place, IDENTITY);
  for (const step of steps) await run.save(TENSORS, { step, window: { count: 0, sums: {}, counts: {} } });
}

const checkpoint = (step: number, place = folder): string => join(place, 'checkpoint', `step-${String(step).padStart(9, '0')}`); // prettier-ignore

/** Cuts a file off. */
function cut(file: string): void {
  writeFileSync(file, readFileSync(file).subarray(0, 100));
}

test('a checkpoint that does not say whose it is is a problem, alone or beside a whole one', async () => {
  await saved(folder, 5, 10);
  cut(join(checkpoint(10), 'checkpoint.json'));
  const beside = await verifyRun(folder, SHORT);
  expect(beside).toEqual({ whole: 1, problems: [expect.stringContaining(checkpoint(10))] });
  cut(join(checkpoint(5), 'checkpoint.json'));
  const { whole, problems } = await verifyRun(folder, SHORT);
  expect(whole).toBe(0);
  expect(problems).toEqual([10, 5].map((step) => `${join(checkpoint(step), 'checkpoint.json')} is damaged: it does not say whose it is`)); // prettier-ignore
});

test('a run that was stopped before its first checkpoint was whole is not damaged', async () => {
  await saved(folder);
  mkdirSync(checkpoint(5), { recursive: true });
  writeFileSync(join(checkpoint(5), '.tensors.safetensors.1.partial'), 'half');
  expect(await verifyRun(folder, SHORT)).toEqual({ whole: 0, problems: [] });
});

test('what is begun anew beside a run is read too', async () => {
  await saved(folder, 5);
  await saved(`${folder}.anew`, 5);
  expect(await verifyRun(folder, SHORT)).toEqual({ whole: 2, problems: [] });
  cut(join(checkpoint(5, `${folder}.anew`), 'checkpoint.json'));
  expect((await verifyRun(folder, SHORT)).problems).toEqual([expect.stringContaining(`${folder}.anew`)]);
});

test('a checkpoint that is removed while it is read is no problem; a tensor file that is missing is', async () => {
  await saved(folder, 5, 10);
  const tensors = readdirSync(checkpoint(5)).find((name) => name.endsWith('.safetensors'))!;
  const checkpoints = join(folder, 'checkpoint');
  const removing = await checkCheckpoints(checkpoints, IDENTITY, async ({ step }) => {
    if (step !== 5) return;
    // As the run's own process does it: the tensors first, the rest a moment later.
    rmSync(join(checkpoint(5), tensors));
    setTimeout(() => rmSync(checkpoint(5), { recursive: true }), 10);
  });
  expect(removing).toEqual({ whole: 1, problems: [] });
  rmSync(join(checkpoint(10), tensors));
  expect((await verifyRun(folder, SHORT)).problems).toEqual([`${join(checkpoint(10), tensors)} is missing.`]);
});

test('a run is being trained by either form of claim, while its process lives or says so', async () => {
  await saved(folder, 5);
  const holder = async (now = new Date()): Promise<unknown> =>
    (await surveyRuns(store, now)).map((run) => [run.process, run.host])[0];
  const claims = (name: string, text: string): void => writeFileSync(`${folder}.running${name}`, text);
  expect(await holder()).toEqual([undefined, undefined]);
  claims('', String(process.pid));
  expect(await holder()).toEqual([process.pid, undefined]);
  rmSync(`${folder}.running`);
  claims('.9', '{"host":"elsewhere","pid":17,"beats":4}');
  expect(await holder()).toEqual([17, 'elsewhere']);
  expect(await holder(new Date(Date.now() + 300_000))).toEqual([undefined, undefined]);
  claims('.10', JSON.stringify({ host: hostname(), pid: process.pid, beats: 0 }));
  expect(await holder()).toEqual([process.pid, undefined]);
  claims('.11', 'given up\n');
  expect(await holder()).toEqual([undefined, undefined]);
});
