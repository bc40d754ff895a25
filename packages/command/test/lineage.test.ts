import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useTensorFlow } from '@spatial-ensemble/engine';
import { identity, type Result, type RunSpec, shortIdentity } from '@spatial-ensemble/record';
import { keepSpec, openRun, readResults, runAt, specIn } from '@spatial-ensemble/store';
import { defineExperiment, type Selection } from '@spatial-ensemble/study';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { clothes } from '../../training/test/clothes.ts';
import { type Regression, softmaxRegression } from '../../training/test/softmax-regression.ts';
import type { Experiment } from '../src/experiment.ts';
import { runExperiment } from '../src/run-experiment.ts';
import type { Session } from '../src/session.ts';
import { CPU, quietly } from './quietly.ts';
import { runFolders } from './stored-runs.ts';
import { EVALUATED, SMALL } from './studies.ts';

const studyOf = (method: Regression): Experiment =>
  defineExperiment(method, { ...SMALL, name: 'small', title: 'Small' }, { dataSets: [clothes] });
const EXPERIMENT = studyOf(softmaxRegression);
const SLOW: Selection = { arms: ['slow'] };
const LONGER: Selection = { ...SLOW, overrides: ['steps=60'] };

let folder: string;
let store: string;
let said: string[];
/** A finished run of 30 steps that kept its checkpoints after 10 and 20, copied for each test. */
let trained: string;

interface Asking extends Partial<Session> {
  readonly experiment?: Experiment;
  readonly continueFrom?: string;
}

function run(selection: Selection, { experiment = EXPERIMENT, continueFrom, ...session }: Asking = {}) {
  const asked = { experiment, selection, machine: CPU, session: { ...quietly(store, said), ...session } };
  return runExperiment({ ...asked, ...(continueFrom !== undefined && { continueFrom }) });
}

const results = async (where = store): Promise<Result[]> => (await readResults(where)).map(({ result }) => result);
const slow = (): string => runFolders(store, 'small').get('slow-seed1')!;
const specOf = async (at: string): Promise<RunSpec> => (await specIn(at))!;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lineage-'));
  await useTensorFlow();
  [store, said] = [join(folder, 'trained'), []];
  await run(SLOW, { keepEvery: 10 });
  trained = store;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  store = mkdtempSync(join(folder, 'runs-'));
  cpSync(trained, store, { recursive: true });
  said = [];
});
afterEach(() => rmSync(store, { recursive: true, force: true }));

test('a finished run is prolonged to the bits of one that was as long from its beginning', async () => {
  const parent = await specOf(slow());
  const id = identity(parent);
  const prolong = { continueFrom: id.slice(0, 8) };
  expect((await run(LONGER, prolong)).failures).toEqual([]);
  expect(said).toContainEqual(`[1/1] slow, seed 1: goes on from run ${shortIdentity(id)} after step 30`);
  const longer = (await results()).find(({ run: { spec } }) => spec['steps'] === 60)!;
  expect(longer.run.segments).toEqual([{ run: id, until: 30, arithmetic: parent.arithmetic }]);
  // The same command again, and the same once more: it is finished.
  await run(LONGER, prolong);
  expect(said.at(-1)).toContain('finished before');

  [store] = [join(folder, 'alone')];
  await run(LONGER);
  const [alone] = await results();
  expect([longer.weights, longer.measures]).toEqual([alone!.weights, alone!.measures]);
  expect(longer.identity).not.toBe(alone!.identity);
  // All steps stand in its numbers over time, and the last point is the same.
  const loss = ({ series }: Result) => series.find(({ name }) => name === 'loss')!.points;
  expect(loss(longer).at(-1)).toEqual(loss(alone!).at(-1));
  expect(loss(longer)[0]![0]).toBeLessThan(30);
});

test('a run whose schedule depends on its length is not prolonged', async () => {
  const decaying: Regression = {
    ...softmaxRegression,
    version: 2,
    bind: (spec) => {
      const trainable = softmaxRegression.bind(spec);
      const at = (step: number) => ({
        ...trainable.at(step),
        learningRate: spec.learningRate * (1 - step / spec.steps),
      });
      return { ...trainable, at };
    },
  };
  const experiment = studyOf(decaying);
  await run(SLOW, { experiment });
  const last = shortIdentity(identity(await specOf(slow())));
  await expect(run(LONGER, { experiment, continueFrom: last })).rejects.toThrow(
    `--continue-from: run ${last} cannot be prolonged: its schedule depends on its length. In step 2 learningRate was ${0.1 * (1 - 1 / 30)}, and of a run of 60 steps it is ${0.1 * (1 - 1 / 60)}. Train that from its beginning.`,
  );
});

test('a run of another machine is gone on with, and its result lists where', async () => {
  // What another machine left of it, with more threads, taken along in a folder.
  const here = await specOf(slow());
  const { saved, lines } = await runAt(slow(), identity(here), 20);
  const there = { ...here, arithmetic: { ...here.arithmetic, threads: { intra: 64, inter: 64 } } };
  const taken = join(store, 'taken');
  await keepSpec(taken, there);
  const port = await openRun(taken, identity(there));
  for (const line of lines) port.append(line);
  await port.save(saved.tensors, { step: 20, window: saved.window, code: saved.code });

  await run(SLOW, { continueFrom: taken });
  const gone = (await results()).find(({ run: { segments } }) => segments !== undefined)!;
  expect(gone.run.segments).toEqual([{ run: identity(there), until: 20, arithmetic: there.arithmetic }]);
  expect(gone.run.arithmetic).toEqual(here.arithmetic);
  // These machines happen to be one.
  const [whole] = (await results()).filter(({ run: { segments } }) => segments === undefined);
  expect([gone.weights, gone.measures, gone.series]).toEqual([whole!.weights, whole!.measures, whole!.series]);
  // Of the folder nothing is needed any more, whether it is named, or the run that went on from it.
  rmSync(taken, { recursive: true });
  for (const continueFrom of [`/media/gone/${shortIdentity(identity(there))}`, shortIdentity(gone.identity)]) {
    said.length = 0;
    await run(SLOW, { continueFrom });
    expect(said.join('\n')).toContain(`finished before (${shortIdentity(gone.identity)})`);
  }
  expect(said.filter((line) => line.includes('the code of its step'))).toEqual([]);
});

test('what is no run to go on from is refused, before anything is written', async () => {
  const id = shortIdentity(identity(await specOf(slow())));
  const refused = (selection: Selection, continueFrom: string, why: string | RegExp) =>
    expect(run(selection, { continueFrom })).rejects.toThrow(why);
  await refused({}, id, '--continue-from is for one run, and 2 are asked for: name its arm and its seed');
  await refused(SLOW, id, `run ${id} is this very run: the same command without --continue-from goes on with it`);
  await refused({ arms: ['fast'] }, id, `run ${id} is another one than this: spec.momentum differs.`);
  await refused({ ...SLOW, overrides: ['steps=20'] }, id, `run ${id} is another one than this: spec.steps differs.`);
  await refused({ ...LONGER, seeds: [2] }, id, /spec\.steps, seeds\.split, seeds\.weights, seeds\.training/);
  await refused(LONGER, `${id}@15`, /has no checkpoint after step 15: there are those after step 30, 27, 20, 10\./);
  await refused(LONGER, 'abc', /there is no run abc in .*: give four digits of its identity at least/);
  await refused(LONGER, 'abcdabcd', /there is no run abcdabcd in /);
  await refused({ ...SLOW, overrides: ['atStep=10'] }, id, 'two questions');
  expect(await results()).toHaveLength(1);
});

test('a kept checkpoint is evaluated later, as the run that it belongs to', async () => {
  store = join(folder, 'evaluated');
  const experiment = EVALUATED;
  await run({ ...SLOW }, { experiment, keepEvery: 10 });
  const at = (step: string): Selection => ({ ...SLOW, overrides: [`atStep=${step}`] });
  await expect(run(at('15'), { experiment })).rejects.toThrow(/no checkpoint after step 15: .* `--keep every=N`/);
  await expect(run(at('30'), { experiment })).rejects.toThrow(/atStep must be a step before the last of the run's 30/);
  const { plan, failures } = await run(at('20'), { experiment });
  expect(failures).toEqual([]);
  expect(plan.runs.filter(({ overrides }) => overrides?.join() === 'atStep=20')).toHaveLength(3);

  const looked = (await results()).filter(({ run: { atStep } }) => atStep === 20);
  const [first] = looked.filter(({ run: { from } }) => from === undefined);
  expect(first!.steps).toEqual({ done: 20, total: 20 });
  expect(looked.map(({ run: { method } }) => method.name).toSorted()).toEqual([
    'linear-probe',
    'linear-probe',
    'softmax-regression',
  ]);
  // Its schedule is constant, so that a run of 20 steps comes to the same.
  store = join(folder, 'short');
  await run({ ...SLOW, overrides: ['steps=20'] }, { experiment });
  const short = await results();
  const measures = (all: readonly Result[]) =>
    all.flatMap((one) => one.measures.map(({ name, whose, value }) => [name, whose, value].join(' '))).toSorted();
  expect(measures(looked)).toEqual(measures(short));
  expect(first!.weights).toBe(short.find(({ run: { from } }) => from === undefined)!.weights);
});

test('what a run trains stands in its folder from its beginning', () => {
  const { run: spec } = JSON.parse(readFileSync(join(slow(), 'spec.json'), 'utf8')) as { run: RunSpec };
  const { run: result } = JSON.parse(readFileSync(join(slow(), 'result.json'), 'utf8')) as Result;
  expect(spec).toEqual(result);
});
