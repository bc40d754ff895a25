import { buildReport } from '@spatial-ensemble/report';
import { readResults } from '@spatial-ensemble/store';
import { defineExperiment, resolveRuns } from '@spatial-ensemble/study';
import type { Result } from '@spatial-ensemble/record';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { clothes } from '../../training/test/clothes.ts';
import { softmaxRegression } from '../../training/test/softmax-regression.ts';
import { acceptResults } from '../src/accept.ts';
import { evaluatedStore } from './evaluated-store.ts';
import { EVALUATED, PARTS, STUDY } from './studies.ts';

const store = evaluatedStore();

describe('evaluations', () => {
  test('follow each run, start from it, resume like it, and are not run again', async () => {
    const { plan } = await store.run();
    const found = store.results();
    expect([...found.keys()].toSorted()).toEqual(['slow-linear-seed1', 'slow-seed1', 'slow-untrained-seed1']);
    const [of, linear, untrained] = ['slow-seed1', 'slow-linear-seed1', 'slow-untrained-seed1'].map((name) =>
      found.get(name)!,
    ) as [Result, Result, Result];
    expect(of.run.from).toBeUndefined();
    expect(of.run.measurements).toEqual({ centroid: { name: 'nearest-centroid', version: 1, spec: { bank: 200 } } });
    expect(linear.run).toMatchObject({
      from: of.identity,
      method: { name: 'linear-probe', version: 1 },
      spec: { whose: 'teacher', pretraining: of.run.spec },
    });
    expect(untrained.run).toMatchObject({ from: of.identity, data: { declared: { labelled: 100 } } });
    expect(linear.measures.map(({ name, whose }) => `${name} ${whose}`)).toEqual([
      'linear-top1 teacher',
      'linear-top5 teacher',
    ]);
    expect(untrained.measures.map(({ name, whose }) => `${name} ${whose}`)).toEqual([
      'linear-top1-untrained none',
      'linear-top5-untrained none',
    ]);
    expect(of.measures.map(({ name }) => name)).toEqual([
      'accuracy',
      'accuracy',
      'centroid',
      'centroid',
      'centroid-untrained',
      'centroid-pixels',
    ]);
    expect(plan.runs.slice(0, 3).map(({ arm, evaluation }) => [arm, evaluation])).toEqual([
      ['slow', undefined],
      ['slow', 'linear'],
      ['slow', 'untrained'],
    ]);
    // What it is to be read against is said at the end.
    const signed = String.raw`\([+−][\d.]+\)`;
    expect(store.said).toContainEqual(
      expect.stringMatching(
        new RegExp(
          String.raw`^slow, seed 1: centroid, teacher: [\d.]+ %; untrained [\d.]+ ${signed}, raw pixels [\d.]+ ${signed}$`,
        ),
      ),
    );
    expect(store.said).toContainEqual(
      expect.stringMatching(new RegExp(`^slow, seed 1: linear-top1, teacher: .* untrained [\\d.]+ ${signed}$`)),
    );
    store.said = [];
    await store.run();
    expect(store.said.filter((line) => line.includes('finished before'))).toHaveLength(3);
    // Accepted with the runs that they evaluate.
    expect(await acceptResults(EVALUATED, join(store.folder, 'runs'), join(store.folder, 'results'))).toMatchObject({
      copied: 3,
    });
  });

  test('--set reaches them, their images and the measurements; what changed is marked in the plan', async () => {
    const overrides = [
      'steps=3',
      'evaluations.linear.steps=2',
      'evaluations.linear.data.labelled=20',
      'measurements.centroid.bank=100',
    ];
    const { plan } = await store.run({ selection: { tier: 'paper', arms: ['slow'], overrides } });
    const [of, linear, untrained, ...declared] = plan.runs;
    const [steps, , , bank] = overrides;
    expect(of).toMatchObject({ steps: 3, declaredSteps: 1000, overrides: [steps, bank] });
    expect(linear).toMatchObject({ evaluation: 'linear', steps: 2, declaredSteps: 500, overrides });
    // It starts from another run, so it is another one too.
    expect(untrained).toMatchObject({
      evaluation: 'untrained',
      steps: 25,
      declaredSteps: 25,
      overrides: [steps, bank],
    });
    expect(declared).toHaveLength(3);
    expect(declared[0]).not.toHaveProperty('overrides');
    const found = store.results('runs', 'paper');
    expect(found.get('slow-linear-seed1')!.run.data.declared).toMatchObject({ labelled: 20 });
    expect(found.get('slow-seed1')!.run.measurements!['centroid']!.spec).toEqual({ bank: 100 });
    const report = await buildReport(await readResults(join(store.folder, 'runs')), plan, join(store.folder, 'report'));
    const page = report.get('index.md') as string;
    expect(page).toContain(
      `partial (3 of 1,000 steps), --set ${steps} ${bank}; linear: partial (2 of 500 steps), --set ${overrides.join(' ')}`,
    );
    expect(page).toContain('Numbers of unfinished runs: slow.');
    expect(page).toMatch(/\| slow +\| linear top-1 \(%\) \| teacher \| +[\d.]+ \| +[\d.]+ \|/);
    expect(() => resolveRuns(EVALUATED, { overrides: ['evaluations.linar.steps=2'] })).toThrow(
      /unknown key 'linar'. Did you mean 'linear'/,
    );
  });

  test('take place at the tiers that they name', () => {
    const evaluations = { ...STUDY.evaluations, untrained: { ...STUDY.evaluations.untrained, tiers: ['small'] } };
    const some = defineExperiment(softmaxRegression, { ...STUDY, evaluations } as never, {
      dataSets: [clothes],
      ...PARTS,
    });
    const names = (tier: 'small' | 'paper' | 'smoke'): unknown[] =>
      resolveRuns(some, { tier })[0]!.evaluations.map(({ evaluation }) => evaluation);
    expect([names('small'), names('paper'), names('smoke')]).toEqual([['linear', 'untrained'], ['linear'], ['linear']]);
    expect(() => resolveRuns(some, { tier: 'paper', overrides: ['evaluations.untrained.steps=2'] })).toThrow(
      /unknown key 'untrained'/,
    );
  });

  test('have a smoke form', () => {
    const [smoke] = resolveRuns(EVALUATED, { tier: 'smoke' });
    expect(smoke!.evaluations.map(({ steps, data }) => [steps, data['labelled']])).toEqual([
      [2, 20],
      [2, 20],
    ]);
    expect(smoke!.measurements!['centroid']!.spec).toEqual({ bank: 100 });
  });

  test('need their code', () => {
    expect(() =>
      defineExperiment(softmaxRegression, STUDY as never, {
        dataSets: [clothes],
        measurements: PARTS.measurements,
      }),
    ).toThrow(/the evaluation 'linear' is declared, but its code was not given/);
    const { measurements: _, ...less } = STUDY;
    expect(() =>
      defineExperiment(softmaxRegression, less as never, {
        dataSets: [clothes],
        ...PARTS,
      }),
    ).toThrow(/the measurement 'centroid' was given, but the study does not declare it/);
  });
});
