import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useTensorFlow } from '@spatial-ensemble/engine';
import type { MetricsLine } from '@spatial-ensemble/record';
import { defineExperiment } from '@spatial-ensemble/study';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { summariesIn } from '../../engine/test/read-events.ts';
import { clothes } from '../../training/test/clothes.ts';
import { linearProbe } from '../../training/test/linear-probe.ts';
import { softmaxRegression } from '../../training/test/softmax-regression.ts';
import type { Experiment } from '../src/experiment.ts';
import { runExperiment } from '../src/run-experiment.ts';
import { CPU, quietly } from './quietly.ts';
import { LINEAR, SMALL } from './studies.ts';

const STEPS = 60;
const STUDY = {
  name: 'watched',
  title: 'Watched',
  ...SMALL,
  spec: { ...SMALL.spec, steps: STEPS },
  arms: { only: { title: 'only' } },
};
const ALONE: Experiment = defineExperiment(softmaxRegression, STUDY, { dataSets: [clothes] });
const EVALUATED: Experiment = defineExperiment(
  softmaxRegression,
  { ...STUDY, evaluations: { linear: LINEAR } } as never,
  {
    dataSets: [clothes],
    evaluations: { linear: linearProbe },
  },
);

let folder: string;
beforeAll(async () => {
  await useTensorFlow();
  folder = mkdtempSync(join(tmpdir(), 'tensorboard-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Options {
  readonly tensorboard?: boolean;
  /** Leaves the run after so many steps of this sitting. */
  readonly stopAfter?: number;
  readonly experiment?: Experiment;
}

/** Runs the experiment in a store, as far as it is to go. */
async function run(
  store: string,
  { tensorboard = true, stopAfter = Infinity, experiment = ALONE }: Options = {},
): Promise<string[]> {
  const said: string[] = [];
  const session = quietly(join(folder, store), said);
  let steps = 0;
  await runExperiment({
    experiment,
    selection: {},
    machine: CPU,
    session: {
      ...session,
      tensorboard,
      displays: { ...session.displays, run: () => ({ update: () => void steps++, look: () => {}, stop: () => {} }) },
      interrupt: { ...session.interrupt, requested: () => steps >= stopAfter },
    },
  });
  return said;
}

/** The run of a store, and the folder of its event files. */
function placesIn(store: string): { readonly run: string; readonly board: string; readonly names: string[] } {
  const board = join(folder, store, 'tensorboard', 'watched', 'small');
  const [only] = readdirSync(join(folder, store, softmaxRegression.name));
  return {
    run: join(folder, store, softmaxRegression.name, only!),
    board: join(board, `only-seed1-${only!}`),
    names: readdirSync(board),
  };
}

function lines(store: string): MetricsLine[] {
  const text = readFileSync(join(placesIn(store).run, 'metrics.jsonl'), 'utf8');
  return text.trim().split('\n').map((line) => JSON.parse(line) as MetricsLine); // prettier-ignore
}

/** Numbers as an event file holds them. */
const numbersOf = (all: readonly MetricsLine[]): string[] =>
  all.flatMap(({ kind, step, values }) =>
    Object.entries(values).map(([name, value]) => `${kind}/${name} ${step} ${Math.fround(value)}`),
  );

const scalarsIn = (store: string): string[] =>
  summariesIn(placesIn(store).board)
    .filter(({ tag }) => /^(train|held-out|test)\//.test(tag))
    .map(({ tag, step, simpleValue }) => `${tag} ${step} ${simpleValue}`);

test('a run that is watched is the same run; its event files hold its numbers, schedules, distances and views', async () => {
  await run('plain', { tensorboard: false });
  await run('whole', { experiment: EVALUATED });
  for (const file of ['result.json', 'metrics.jsonl'])
    expect(readFileSync(join(placesIn('whole').run, file), 'utf8')).toBe(
      readFileSync(join(placesInPlain(), file), 'utf8'),
    );
  expect(readdirSync(join(folder, 'plain'))).not.toContain('tensorboard');

  const { board, names } = placesIn('whole');
  expect(names.map((name) => name.replace(/[0-9a-f]{12}$/, ''))).toEqual(['only-seed1-', 'only-seed1-linear-']);
  expect(scalarsIn('whole').toSorted()).toEqual(numbersOf(lines('whole')).toSorted());
  expect(scalarsIn('whole').some((text) => text.startsWith(`test/accuracy teacher ${STEPS} `))).toBe(true);

  const all = summariesIn(board);
  const of = (tag: string) => all.filter((one) => one.tag === tag);
  for (const { step, simpleValue } of of('schedule/learningRate'))
    expect(simpleValue).toBeCloseTo(0.1 / (1 + (step - 1) / 10), 7);
  expect(of('schedule/learningRate')).toHaveLength(STEPS);
  expect(new Set(of('schedule/momentum').map(({ simpleValue }) => simpleValue))).toEqual(new Set([Math.fround(0.9)]));

  // Before the first step teacher and student are one; then the teacher is behind, by 7,840 weights.
  const kernel = of('distance/kernel').map(({ step, histo }) => ({ step, ...histo! }));
  expect(kernel.map(({ step }) => step)).toEqual([0, ...Array.from({ length: STEPS / 2 }, (_, i) => 2 * (i + 1))]);
  expect(kernel.map(({ num }) => num)).toEqual(kernel.map(() => 7840));
  expect(kernel.map(({ sumSquares }) => sumSquares > 0)).toEqual(kernel.map(({ step }) => step > 0));
  expect(of('relative distance').at(-1)!.histo!.num).toBe(2);

  const views = all.filter(({ tag }) => tag.startsWith('views/'));
  expect(views.map(({ tag }) => tag)).toEqual(Array.from({ length: 8 }, (_, i) => `views/labelled/weak/image/${i}`));
  expect(views[0]!.image).toMatchObject({ height: 28, width: 28, colorspace: 1 });
});

function eventFile(board: string): string {
  return join(board, readdirSync(board)[0]!);
}

function placesInPlain(): string {
  const method = join(folder, 'plain', softmaxRegression.name);
  return join(method, readdirSync(method)[0]!);
}

test('a run that is left and gone on with writes no step twice, and none too few', async () => {
  await run('parts', { stopAfter: 11 });
  // As a killed process leaves it: with steps that it did not save, and half a record.
  const [of, like] = ['parts', 'whole'].map((store) => eventFile(placesIn(store).board)) as [string, string];
  const bytes = readFileSync(like);
  writeFileSync(of, bytes.subarray(0, bytes.length - 5));
  await run('parts', { stopAfter: 20, tensorboard: false });
  await run('parts');
  const told = (store: string): string[] =>
    summariesIn(placesIn(store).board)
      .filter(({ tag }) => !tag.includes('distance'))
      .map(({ tag, step, simpleValue, image }) => `${tag} ${step} ${simpleValue} ${image?.encodedImageString.length}`)
      .toSorted();
  expect(told('parts')).toEqual(told('whole'));
  const distances = summariesIn(placesIn('parts').board).filter(({ tag }) => tag === 'distance/kernel');
  // Nobody watched between the two.
  const seen = distances.map(({ step }) => step);
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen.at(-1)).toBe(STEPS);
});

test('of a run that is finished the numbers are shown afterwards, once', async () => {
  await run('plain');
  expect(scalarsIn('plain').toSorted()).toEqual(scalarsIn('whole').toSorted());
  const files = readdirSync(placesIn('plain').board);
  await run('plain');
  expect(readdirSync(placesIn('plain').board)).toEqual(files);
});

test('where event files cannot be written, that is said once and the run is whole', async () => {
  // A file where the folder would be.
  await run('refused', { stopAfter: 3, tensorboard: false });
  writeFileSync(join(folder, 'refused', 'tensorboard'), '');
  const said = await run('refused');
  expect(said.filter((line) => line.includes('TensorBoard'))).toHaveLength(1);
  expect(said.filter((line) => line.includes('TensorBoard'))[0]).toContain('the run goes on');
  expect(statSync(join(folder, 'refused', 'tensorboard')).isFile()).toBe(true);
  const method = join(folder, 'refused', softmaxRegression.name);
  expect(readFileSync(join(method, readdirSync(method)[0]!, 'result.json'), 'utf8')).toBe(
    readFileSync(join(placesIn('whole').run, 'result.json'), 'utf8'),
  );
});
