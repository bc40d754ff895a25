import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { declaredAs, parse, Plan } from '@spatial-ensemble/record';
import { planOf, resolveRuns } from '@spatial-ensemble/study';
import { describe, expect, test } from 'vitest';
import { dryRun } from '../src/dry-run.ts';
import { takeInventory } from '../src/inventory/inventory.ts';
import { writeReport } from '../src/program/write-report.ts';
import { resolved, EXPERIMENT } from './declared.ts';
import { evaluatedStore } from './evaluated-store.ts';

const MOMENTA = { arms: ['slow'], overrides: ['momentum=0.5,0.9'] };

describe('which runs --set key=a,b asks for', () => {
  test('the product, each as the same --set alone gives it', () => {
    const overrides = ['momentum=0.5,0.7', 'batch=16', 'learningRate=0.1,0.2'];
    const runs = resolved({ tier: 'small', arms: ['fast'], seeds: [1, 2], overrides });
    expect(
      runs.map(({ spec, seed, swept }) => [spec['momentum'], spec['learningRate'], spec['batch'], seed, swept?.values]),
    ).toEqual(
      [0.5, 0.7].flatMap((m) => [0.1, 0.2].flatMap((rate) => [1, 2].map((seed) => [m, rate, 16, seed, [m, rate]]))),
    );
    const alone = resolved({ tier: 'small', arms: ['fast'], seeds: [2], overrides: ['momentum=0.7', 'batch=16', 'learningRate=0.1'] }); // prettier-ignore
    expect(runs[5]).toMatchObject({ declaration: alone[0]!.declaration, changed: alone[0]!.changed });
  });

  test('a value that is declared gives the declared run', () => {
    const runs = resolved({ tier: 'small', overrides: ['momentum=0.9,0.99'], arms: ['fast'] });
    const [declared] = resolved({ tier: 'small', arms: ['fast'] });
    expect(runs.map(({ changed }) => changed?.overrides)).toEqual([undefined, ['momentum=0.99']]);
    expect(runs[0]!.declaration).toBe(declared!.declaration);
  });

  test('what chooses runs takes one value', () => {
    expect(() => resolved({ overrides: ['arm=slow,fast'] })).toThrow("no arm 'slow,fast'");
    expect(() => resolved({ overrides: ['atStep=1,2'] })).toThrow('atStep must be a step');
    expect(() => resolved({ overrides: ['momentum=0.5,0.6', 'momentum=0.7,0.8'] })).toThrow('is given twice');
  });
});

describe('the plan of a study with a grid', () => {
  const asked = (overrides: readonly string[], before?: Plan, study = EXPERIMENT.study): Plan => {
    const experiment = { ...EXPERIMENT, study };
    const runs = resolveRuns(experiment, { tier: 'small', arms: ['slow'], overrides });
    const ids = new Map(runs.map((run) => [run, run.declaration]));
    return parse(
      Plan,
      planOf(experiment, runs, { declared: declaredAs(study, undefined, []), before }, ids),
      'the plan',
    );
  };
  const values = ({ sweeps = [] }: Plan) => sweeps.map(({ runs }) => runs.map((run) => run.values));

  test('holds it beside the declared runs, with what later commands add', () => {
    const first = asked(['momentum=0.5,0.7']);
    expect(first.runs.map(({ arm, overrides }) => [arm, overrides])).toEqual([['slow', undefined], ['fast', undefined]]); // prettier-ignore
    expect(values(first)).toEqual([[[0.5], [0.7]]]);
    const second = asked(['momentum=0.7,0.8'], first);
    expect(values(second)).toEqual([[[0.5], [0.7], [0.8]]]);
    // The same run again is one.
    expect(second.sweeps![0]!.runs.map(({ identities }) => identities.length)).toEqual([1, 1, 1]);
    const third = asked(['momentum=0.7,0.8', 'batch=16'], second);
    expect(values(third)).toEqual([
      [[0.5], [0.7], [0.8]],
      [[0.7], [0.8]],
    ]);
    expect(values(asked([], third))).toEqual(values(third));
  });

  test('and of another study only what was run', () => {
    const first = asked(['momentum=0.5,0.7']);
    const other = asked([], first, { ...EXPERIMENT.study, title: 'Another' });
    expect(other.sweeps).toBeUndefined();
    expect(other.former!.map(({ overrides }) => overrides)).toEqual([['momentum=0.5'], ['momentum=0.7']]);
  });
});

describe('a grid that is run', () => {
  const store = evaluatedStore();

  test('each point is a run of its own, with its evaluations; the report has them, and no claim', async () => {
    const { plan } = await store.run({ selection: MOMENTA });
    expect(store.said.filter((line) => line.startsWith('A grid of'))).toEqual([
      'A grid of 2 points: momentum 0.5, 0.9. Exploratory: no claim of the study rests on it.',
    ]);
    expect(plan.sweeps![0]!.runs.map(({ evaluation, values: [value] }) => [value, evaluation])).toEqual(
      [0.5, 0.9].flatMap((value) => [undefined, 'linear', 'untrained'].map((name) => [value, name])),
    );
    expect(new Set(plan.sweeps![0]!.runs.flatMap(({ identities }) => identities)).size).toBe(6);
    // The point that the study declares is the declared run, and not trained again.
    await store.run({ selection: { arms: ['slow'] } });
    expect(store.said.at(-1) ?? '').not.toContain('failed');
    expect(store.said.some((line) => line.startsWith('[1/3] slow, seed 1: finished before'))).toBe(true);
    const { runs } = await takeInventory(store.folder, new Date());
    expect(runs.every(({ places }) => places.length === 1)).toBe(true);
    await writeReport(plan, { runs: store.folder, log: (line: string) => store.said.push(line) } as never);
    const page = readFileSync(join(store.folder, 'reports/evaluated/index.md'), 'utf8');
    const lines = page
      .slice(page.indexOf('### Sweep of'))
      .split('\n')
      .filter((line) => /^\| slow +\| +0\.\d/.test(line));
    expect(
      lines.map((line) => line.split('|').map((cell) => cell.trim())).map(([, arm, value]) => [arm, value]),
    ).toEqual([
      ['slow', '0.5'],
      ['slow', '0.9 (declared)'],
    ]);
    expect(page).toContain('Exploratory: a sweep enters no claim');
    expect(page).not.toContain('--set momentum');
  });

  test('a dry run lists the grid and its cost, of each point by its own arithmetic', async () => {
    await dryRun(store.asked({ selection: { tier: 'paper', arms: ['slow'], overrides: ['batch=8,16', 'evaluations.linear.steps=1'] } })); // prettier-ignore
    const flop = (batch: number): number => 1000 * 4 * batch * 784 * 10 + (1 + 25) * 4 * 16 * 10 * 10;
    expect(store.said.filter((line) => line.startsWith('- batch'))).toEqual(
      [8, 16].map((batch) =>
        expect.stringContaining(`- batch=${batch}: 1 run of ${flop(batch).toExponential(2).replace('e+', 'e')} FLOP, `),
      ),
    );
    expect(store.said.filter((line) => line.startsWith('- slow'))).toEqual(
      [8, 16].map((batch) =>
        expect.stringMatching(
          new RegExp(
            `^- slow, batch=${batch}, seed 1: 1,000 steps; .* ${batch === 8 ? '25 steps' : '\\(of the grid\\)'}$`,
          ),
        ),
      ),
    );
  });
});
