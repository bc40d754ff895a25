import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fashionMnist } from '@spatial-ensemble/datasets';
import { useTensorFlow } from '@spatial-ensemble/engine';
import { runStates } from '@spatial-ensemble/report';
import { claimRun, readResults } from '@spatial-ensemble/store';
import { defineExperiment } from '@spatial-ensemble/study';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { softmaxRegression } from '../../training/test/softmax-regression.ts';
import { acceptResults } from '../src/accept.ts';
import type { Experiment } from '../src/experiment.ts';
import { writeReport } from '../src/program/write-report.ts';
import { type ExperimentOutcome, runExperiment } from '../src/run-experiment.ts';
import { CPU, quietly } from './quietly.ts';
import { EVALUATED } from './studies.ts';

/** A study of the momentum; its first arm is the same run in every study that has it. */
function studyOf(name: string, momenta: readonly number[], title = name): Experiment {
  return defineExperiment(
    softmaxRegression,
    {
      name,
      title,
      paper: [],
      cost: { hardware: 'a tiny machine', basis: 'made up' },
      data: { source: 'fashion-mnist', images: 'embedded', labelled: 100, heldOut: 50 },
      spec: { steps: 4, batch: 8, learningRate: 0.1, momentum: 0 },
      arms: Object.fromEntries(
        momenta.map((momentum, i) => [`arm-${i}`, { title: `m = ${momentum}`, patch: { spec: { momentum } } }]),
      ),
      seeds: [1],
      tiers: { small: {} },
      headline: { metric: 'accuracy', whose: 'teacher', rule: 'last' },
    },
    { dataSets: [fashionMnist] },
  );
}

beforeAll(async () => void (await useTensorFlow()));

let folder: string;
let said: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shared-'));
  said = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = (experiment: Experiment): Promise<ExperimentOutcome> =>
  runExperiment({ experiment, selection: {}, machine: CPU, session: quietly(join(folder, 'runs'), said) });
const accept = (experiment: Experiment) => acceptResults(experiment, join(folder, 'runs'), join(folder, 'accepted'));

test('two studies that ask for the same run share it, in the store and among accepted results', async () => {
  const [one, other] = [studyOf('one', [0.9, 0.5]), studyOf('other', [0.9, 0.1])];
  await run(one);
  const { plan } = await run(other);
  expect(said.filter((line) => line.includes('finished before'))).toEqual([
    expect.stringMatching(/^\[1\/2\] arm-0, seed 1: finished before/),
  ]);
  const results = await readResults(join(folder, 'runs'));
  expect(results).toHaveLength(3);
  expect(runStates(plan, results).map(({ state }) => state.kind)).toEqual(['complete', 'complete']);

  for (const experiment of [one, other]) expect(await accept(experiment)).toMatchObject({ copied: 2, removed: 0 });
  expect(await readResults(join(folder, 'accepted'))).toHaveLength(3);
  // The first study asks for another run in the place of the shared one, which the second still has.
  const changed = studyOf('one', [0.7, 0.5]);
  await run(changed);
  expect(await accept(changed)).toMatchObject({ copied: 2, removed: 0 });
  const lone = studyOf('other', [0.9, 0.3]);
  await run(lone);
  // Nobody has the second run of the second study any more.
  expect(await accept(lone)).toMatchObject({ copied: 2, removed: 1 });
  const kept = await readResults(join(folder, 'accepted'));
  expect(kept.map(({ result }) => result.run.spec['momentum']).toSorted()).toEqual([0.3, 0.5, 0.7, 0.9]);
  for (const { file } of kept) expect(existsSync(file.replace('result.json', 'run.json'))).toBe(true);
});

test('a run that another process trains comes last, and is taken from it when it is finished', async () => {
  const study = studyOf('one', [0.9, 0.5]);
  await run(study);
  const [results, runs] = [await readResults(join(folder, 'runs')), join(folder, 'runs')];
  const first = results.find(({ result }) => result.run.spec['momentum'] === 0.9)!;
  const at = dirname(first.file);
  cpSync(at, join(folder, 'trained'), { recursive: true });

  // Somebody else trains it while this process begins both anew, and is done with it then.
  for (const finishes of [true, false]) {
    said.length = 0;
    rmSync(at, { recursive: true });
    const giveUp = await claimRun(at);
    const session = { ...quietly(runs, said), fresh: true, ask: async () => true };
    const running = runExperiment({ experiment: study, selection: {}, machine: CPU, session });
    await vi.waitUntil(() => said.some((line) => line.includes('waits')), { timeout: 10_000 });
    if (finishes) cpSync(join(folder, 'trained'), at, { recursive: true });
    giveUp();
    expect((await running).failures).toEqual([]);
    const lines = said.filter((line) => line.startsWith('['));
    const by = `another process (${process.pid}) trains this run: wait for it, or stop it.`;
    expect(lines).toEqual([
      `[1/2] arm-0, seed 1 is left for last: ${by}`,
      expect.stringMatching(/^\[2\/2\] arm-1, seed 1: accuracy/),
      `[1/2] arm-0, seed 1 waits: ${by}`,
      finishes
        ? `[1/2] arm-0, seed 1: another process has finished it (${first.result.identity.slice(0, 12)})`
        : expect.stringMatching(/^\[1\/2\] arm-0, seed 1: accuracy/),
    ]);
    const again = (await readResults(runs)).find(({ result }) => result.identity === first.result.identity);
    expect(again?.result).toEqual(first.result);
  }
});

test('a plan tells which results there were when the study was declared as it is', async () => {
  const first = (await run(studyOf('one', [0.9]))).plan;
  expect(first.declared.after).toEqual([]);
  // The same question asked again, more of it run: it was declared before all of its results.
  expect((await run(studyOf('one', [0.9]))).plan.declared).toEqual(first.declared);
  // Asked otherwise, or by another study, it is declared after what is known by then.
  const known = first.runs.flatMap(({ identities }) => identities);
  const later = (await run(studyOf('one', [0.9, 0.5], 'Which is better?'))).plan;
  expect(later.declared.after).toEqual(known);
  expect(later.declared.hash).not.toBe(first.declared.hash);
  expect((await run(studyOf('other', [0.9]))).plan.declared.after).toEqual(known);
  expect((await run(studyOf('another', [0.1]))).plan.declared.after).toEqual([]);
});

test('a result of an earlier declaration is stale in its place, and nowhere else', async () => {
  await run(studyOf('one', [0.9]));
  const now = studyOf('one', [0.8]);
  const session = quietly(join(folder, 'runs'), said);
  const { plan } = await runExperiment({
    experiment: now,
    selection: {},
    machine: CPU,
    session: { ...session, interrupt: { ...session.interrupt, requested: () => true } },
  });
  const results = await readResults(join(folder, 'runs'));
  expect(runStates(plan, results).map(({ state }) => state.kind)).toEqual(['stale']);
  expect(plan.runs[0]!.identities).toHaveLength(2);
});

test('what cannot be read of another study stops none, and is said; an edited plan is named', async () => {
  await run(studyOf('one', [0.9]));
  const [first] = await readResults(join(folder, 'runs'));
  truncateSync(first!.file, 100);
  const { plan } = await run(studyOf('other', [0.1]));
  expect(plan.declared.after).toEqual([]);
  await writeReport(plan, { runs: join(folder, 'runs'), log: (line) => said.push(line) });
  expect(said).toContainEqual(expect.stringMatching(/^Left out of the report: .*result\.json is not JSON/));

  const edited = join(folder, 'runs', 'other', 'study.json');
  writeFileSync(edited, readFileSync(edited, 'utf8').replace('"title": "other"', '"title": "another"'));
  await expect(run(studyOf('other', [0.1]))).rejects.toThrow(/study\.json .*was the file edited\?/s);
});

test('an accepted evaluation goes with the run that it starts from', async () => {
  const only = (experiment: Experiment) =>
    runExperiment({
      experiment,
      selection: { arms: ['slow'] },
      machine: CPU,
      session: quietly(join(folder, 'runs'), said),
    });
  await only(EVALUATED);
  expect(await accept(EVALUATED)).toMatchObject({ copied: 3, removed: 0 });
  // The evaluations declare what they declared: the version is their run's.
  const newer = { ...EVALUATED, method: { ...EVALUATED.method, version: 9 } };
  await only(newer);
  expect(await accept(newer)).toMatchObject({ copied: 3, removed: 3 });
  expect(await readResults(join(folder, 'accepted'))).toHaveLength(3);
});
