import { cifar10, fashionMnist } from '@spatial-ensemble/datasets';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useTensorFlow } from '@spatial-ensemble/engine';
import { declarationHash, parse, Result } from '@spatial-ensemble/record';
import { buildReport } from '@spatial-ensemble/report';
import { readResults } from '@spatial-ensemble/store';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { linearProbe, nearestCentroid } from '../../training/test/linear-probe.ts';
import { softmaxRegression } from '../../training/test/softmax-regression.ts';
import { costLines, defineExperiment, resolveRuns, type Selection } from '@spatial-ensemble/study';
import { acceptResults } from '../src/accept.ts';
import { countSteps, flopsOf } from '../src/cost.ts';
import type { Experiment } from '../src/experiment.ts';
import { planFrom } from '../src/long-run.ts';
import { dryRun } from '../src/dry-run.ts';
import type { Asked } from '../src/job.ts';
import type { Machine } from '../src/machine.ts';
import { type ExperimentOutcome, runExperiment } from '../src/run-experiment.ts';
import type { Session } from '../src/session.ts';
import { CPU, quietly } from './quietly.ts';

const STUDY = {
  name: 'evaluated',
  title: 'Evaluated',
  paper: [],
  cost: { hardware: 'a tiny machine', basis: 'made up', flopPerSecond: 1e6 },
  data: { source: 'fashion-mnist', images: 'embedded', labelled: 500, heldOut: 50 },
  spec: { steps: 30, batch: 8, learningRate: 0.1, momentum: 0.9 },
  arms: { slow: { title: 'slow' }, fast: { title: 'fast', patch: { spec: { momentum: 0.5 } } } },
  evaluations: {
    linear: {
      title: 'linear probe of the teacher',
      method: 'linear-probe',
      network: 'teacher',
      spec: { steps: 25, batch: 16, learningRate: 0.5 },
    },
    untrained: {
      title: 'linear probe of the untrained encoder',
      method: 'linear-probe',
      network: 'untrained',
      spec: { steps: 25, batch: 16, learningRate: 0.5 },
      data: { labelled: 100 },
    },
  },
  measurements: { centroid: { bank: 200 } },
  seeds: [1],
  tiers: { small: {}, paper: { patch: { spec: { steps: 1000 }, evaluations: { linear: { spec: { steps: 500 } } } } } },
  headline: { metric: 'linear-top1', network: 'teacher', rule: 'last' },
} as const;

const ACCURACY = { metric: 'accuracy', network: 'teacher', rule: 'last' };
const NEED = /^Memory at least [\d.]+ [MG]B \(of [\d.]+ GB available\), disk \d+ kB \(of [\d.]+ [GM]B free\)\.$/;

const EXPERIMENT = defineExperiment(softmaxRegression, STUDY as never, {
  dataSets: [fashionMnist, cifar10],
  evaluations: { linear: linearProbe, untrained: linearProbe },
  measurements: { centroid: nearestCentroid },
});

beforeAll(async () => {
  await useTensorFlow();
});

let folder: string;
let said: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'experiment-'));
  said = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What is asked for beside the plain: one arm, on the CPU, quietly. */
interface Changed {
  readonly selection?: Selection;
  readonly machine?: Partial<Machine>;
  readonly session?: Partial<Session>;
}

function asked(
  { selection = { arms: ['slow'] }, machine, session }: Changed = {},
  runs = 'runs',
  experiment: Experiment = EXPERIMENT,
): Asked {
  return {
    experiment,
    selection,
    machine: { ...CPU, ...machine },
    session: { ...quietly(join(folder, runs), said), ...session },
  };
}

function run(...as: Parameters<typeof asked>): Promise<ExperimentOutcome> {
  return runExperiment(asked(...as));
}

function results(runs = 'runs', tier = 'small'): Map<string, Result> {
  const at = join(folder, runs, 'evaluated', tier);
  return new Map(
    readdirSync(at)
      .filter((name) => existsSync(join(at, name, 'result.json')))
      .map((name) => {
        const file = join(at, name, 'result.json');
        return [name.replace(/-[0-9a-f]{12}$/, ''), parse(Result, JSON.parse(readFileSync(file, 'utf8')), file)];
      }),
  );
}

describe('evaluations', () => {
  test('follow each run, start from it, resume like it, and are not run again', async () => {
    const { plan } = await run();
    const found = results();
    expect([...found.keys()].toSorted()).toEqual(['slow-linear-seed1', 'slow-seed1', 'slow-untrained-seed1']);
    const [of, linear, untrained] = ['slow-seed1', 'slow-linear-seed1', 'slow-untrained-seed1'].map((name) =>
      found.get(name)!,
    ) as [Result, Result, Result];
    expect(of.run.from).toBeUndefined();
    expect(of.run.measurements).toEqual({ centroid: { name: 'nearest-centroid', version: 1, spec: { bank: 200 } } });
    expect(linear.run).toMatchObject({
      from: of.identity,
      evaluation: 'linear',
      method: { name: 'linear-probe', version: 1 },
      spec: { network: 'teacher', pretraining: of.run.spec },
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
    expect(said).toContainEqual(
      expect.stringMatching(
        new RegExp(
          String.raw`^slow, seed 1: centroid, teacher: [\d.]+ %; untrained [\d.]+ ${signed}, raw pixels [\d.]+ ${signed}$`,
        ),
      ),
    );
    expect(said).toContainEqual(
      expect.stringMatching(new RegExp(`^slow, seed 1: linear-top1, teacher: .* untrained [\\d.]+ ${signed}$`)),
    );
    said = [];
    await run();
    expect(said.filter((line) => line.includes('finished before'))).toHaveLength(3);
    // Accepted with the runs that they evaluate.
    expect(await acceptResults(EXPERIMENT, join(folder, 'runs'), join(folder, 'results'))).toMatchObject({ copied: 3 });
  });

  test('--set reaches them, their images and the measurements; what changed is marked in the plan', async () => {
    const overrides = [
      'steps=3',
      'evaluations.linear.steps=2',
      'evaluations.linear.data.labelled=20',
      'measurements.centroid.bank=100',
    ];
    const { plan } = await run({ selection: { tier: 'paper', arms: ['slow'], overrides } });
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
    const found = results('runs', 'paper');
    expect(found.get('slow-linear-seed1')!.run.data.declared).toMatchObject({ labelled: 20 });
    expect(found.get('slow-seed1')!.run.measurements!['centroid']!.spec).toEqual({ bank: 100 });
    const report = await buildReport(
      await readResults(join(folder, 'runs', 'evaluated')),
      plan,
      join(folder, 'report'),
    );
    const page = report.get('index.md') as string;
    expect(page).toContain(
      `partial (3 of 1,000 steps), --set ${steps} ${bank}; linear: partial (2 of 500 steps), --set ${overrides.join(' ')}`,
    );
    expect(page).toContain('Numbers of unfinished runs: slow.');
    expect(page).toMatch(/\| slow +\| linear top-1 \(%\) \| teacher \| +[\d.]+ \| +[\d.]+ \|/);
    expect(() => resolveRuns(EXPERIMENT, { overrides: ['evaluations.linar.steps=2'] })).toThrow(
      /unknown key 'linar'. Did you mean 'linear'/,
    );
  });

  test('take place at the tiers that they name', () => {
    const evaluations = { ...STUDY.evaluations, untrained: { ...STUDY.evaluations.untrained, tiers: ['small'] } };
    const some = defineExperiment(softmaxRegression, { ...STUDY, evaluations } as never, {
      dataSets: [fashionMnist],
      evaluations: { linear: linearProbe, untrained: linearProbe },
      measurements: { centroid: nearestCentroid },
    });
    const names = (tier: 'small' | 'paper' | 'smoke'): unknown[] =>
      resolveRuns(some, { tier })[0]!.evaluations.map(({ evaluation }) => evaluation);
    expect([names('small'), names('paper'), names('smoke')]).toEqual([['linear', 'untrained'], ['linear'], ['linear']]);
    expect(() => resolveRuns(some, { tier: 'paper', overrides: ['evaluations.untrained.steps=2'] })).toThrow(
      /unknown key 'untrained'/,
    );
  });

  test('have a smoke form', () => {
    const [smoke] = resolveRuns(EXPERIMENT, { tier: 'smoke' });
    expect(smoke!.evaluations.map(({ steps, data }) => [steps, data['labelled']])).toEqual([
      [2, 20],
      [2, 20],
    ]);
    expect(smoke!.measurements!['centroid']!.spec).toEqual({ bank: 100 });
  });

  test('need their code', () => {
    expect(() =>
      defineExperiment(softmaxRegression, STUDY as never, {
        dataSets: [fashionMnist],
        measurements: { centroid: nearestCentroid },
      }),
    ).toThrow(/the evaluation 'linear' is declared, but its code was not given/);
    const { measurements: _, ...less } = STUDY;
    expect(() =>
      defineExperiment(softmaxRegression, less as never, {
        dataSets: [fashionMnist],
        evaluations: { linear: linearProbe, untrained: linearProbe },
        measurements: { centroid: nearestCentroid },
      }),
    ).toThrow(/the measurement 'centroid' was given, but the study does not declare it/);
  });
});

describe('a long run', () => {
  const WEIGHTS = (runs: string): string | undefined => results(runs).get('slow-seed1')?.weights;

  test('is planned from its own first steps, and stops where nobody can be asked; the steps are not lost', async () => {
    const refused = await run({ session: { maxHours: 0 } });
    expect(refused.refused).toMatch(
      /^\[1\/3\] slow, seed 1: .* more than the 0 h that a run may take unasked.*saved.*--max-hours/,
    );
    expect(said).toContainEqual(
      expect.stringMatching(
        /^Plan from 20 measured steps \([\d.]+ ms each\): .* left of this run, .* with the 2 after it; memory at its peak [\d.]+ [MG]iB; a checkpoint has 62\.8 kB\.$/,
      ),
    );
    expect(results().get('slow-seed1')).toMatchObject({ status: 'partial', steps: { done: 21, total: 30 } });
    expect(results().size).toBe(1);
    await run();
    await run({}, 'whole');
    expect(WEIGHTS('runs')).toBe(WEIGHTS('whole'));
    expect(results('runs').get('slow-linear-seed1')).toEqual(results('whole').get('slow-linear-seed1'));
  });

  test('goes on where somebody says so', async () => {
    const questions: string[] = [];
    const { refused } = await run({ session: { maxHours: 0, ask: async (question) => questions.push(question) > 0 } });
    expect(refused).toBeUndefined();
    expect(questions).toHaveLength(3);
    expect(questions[0]).toMatch(/Go on now\?$/);
    expect(results().get('slow-seed1')!.status).toBe('complete');
  });

  test('the plan takes runs of another kind at their share of the arithmetic', () => {
    const [first, second] = resolveRuns(EXPERIMENT, { tier: 'paper' });
    const [linear] = first!.evaluations;
    const flops = new Map([
      [undefined, 1000],
      ['linear', 100],
    ]);
    const pace = { stepMs: 3_600_000, left: 979, checkpointBytes: 5e6 };
    const measured = { run: first!, pace, paces: new Map(), later: [linear!, second!], peakMemoryMb: 2048 };
    // An hour a step: 979 are left; 500 steps of a tenth; 1,000 of the other arm.
    expect(planFrom({ ...measured, flops }).lines).toEqual([
      'Plan from 20 measured steps (3600000.0 ms each): 979 h left of this run, 2,029 h with the 2 after it; memory at its peak 2.0 GiB; a checkpoint has 5.0 MB.',
    ]);
    expect(planFrom({ ...measured, flops: new Map() }).lines[0]).toContain(
      '1,979 h with the 2 after it (1 of another kind not counted)',
    );
    // Two hours a step of the linear evaluation, by what was measured of one before.
    expect(planFrom({ ...measured, flops, paces: new Map([['linear', 7_200_000]]) }).lines[0]).toContain(
      '2,979 h with the 2 after it;',
    );
  });

  test('the plan of an evaluation says nothing of other kinds, unless they were measured', () => {
    const [first, second] = resolveRuns(EXPERIMENT, { tier: 'paper' });
    const pace = { stepMs: 3_600_000, left: 479, checkpointBytes: 5e6 };
    const flops = new Map([
      [undefined, 1000],
      ['linear', 100],
    ]);
    const measured = { run: first!.evaluations[0]!, pace, later: [second!], peakMemoryMb: 2048, flops };
    expect(planFrom({ ...measured, paces: new Map() }).lines[0]).toContain(
      '479 h with the 1 after it (1 of another kind not counted)',
    );
    expect(planFrom({ ...measured, paces: new Map([[undefined, 7_200_000]]) }).lines[0]).toContain('2,479 h with');
  });
});

describe('cost', () => {
  // The product with the kernel, and its gradient; of the probe the head's alone, where features are cached.
  const STEP = 2 * (2 * 8 * 784 * 10);
  const PROBE = 2 * (2 * 16 * 10 * 10);

  test('is the arithmetic of the traced step over a stated throughput', async () => {
    const [first, second] = resolveRuns(EXPERIMENT, { tier: 'paper' });
    const flops = flopsOf(await countSteps(first!));
    expect([...flops]).toEqual([
      [undefined, STEP],
      ['linear', PROBE],
      ['untrained', PROBE],
    ]);
    const lines = costLines(EXPERIMENT.study, [first!, second!], flops);
    const seconds = (2 * (1000 * STEP + 525 * PROBE)) / 1e6;
    expect(lines).toHaveLength(4);
    expect(lines[0]).toBe('Traced: softmax-regression, 2.51e5 FLOP a step, 1,000 steps, 2.51e8 FLOP, 4 min.');
    expect(lines[3]).toBe(
      `All 2 at 1.00e6 FLOP/s (a tiny machine): ${Math.round(seconds / 60)} min; loading and evaluating come on top.`,
    );
  });

  test('uncached features pass through the encoder at every step', async () => {
    const overrides = ['evaluations.linear.cached=false'];
    const [only] = resolveRuns(EXPERIMENT, { overrides });
    expect((await countSteps(only!)).get('linear')!.flops).toBe(PROBE + 2 * 16 * 784 * 10);
  });

  test('a dry run says it, with what would be run, and writes nothing', async () => {
    await dryRun(asked({ selection: { tier: 'paper', arms: ['fast'], overrides: ['steps=7'] } }));
    expect(said.slice(0, 4)).toEqual([
      'Evaluated',
      '1 run (paper); on a tiny machine (made up)',
      'Each is then evaluated: linear probe of the teacher; linear probe of the untrained encoder',
      '- fast, seed 1: 7 steps; linear: 500 steps; untrained: 25 steps (changed by --set)',
    ]);
    expect(said.at(-1)).toMatch(NEED);
    expect(said).toHaveLength(9);
    expect(existsSync(join(folder, 'runs'))).toBe(false);
  });

  test('heeds what --set changes of a step, beside what is declared', async () => {
    const dry = (selection: Selection, experiment = EXPERIMENT): Promise<void> =>
      dryRun(asked({ selection: { tier: 'paper', ...selection } }, 'runs', experiment));
    await dry({ arms: ['fast'], overrides: ['batch=80'] });
    const times = (1000 * 10 * STEP + 525 * PROBE) / (1000 * STEP + 525 * PROBE);
    expect(said.at(-1)).toBe(`With --set this is ${times.toFixed(1)} times the declared arithmetic.`);
    const minutes = { cpuMinutes: 3, hardware: 'two cores', basis: 'made up' };
    const study = { ...EXPERIMENT.study, cost: minutes };
    await dry({ overrides: ['arm=fast', 'batch=80', 'steps=2000'] }, { ...EXPERIMENT, study });
    const longer = (2000 * 10 * STEP + 525 * PROBE) / (1000 * STEP + 525 * PROBE);
    expect(said.at(-1)).toBe(
      `With --set this is ${Math.round(longer)} times the declared arithmetic: about ${Math.round(3 * longer)} minutes, not what is declared, on two cores.`,
    );
    said.length = 0;
    await dry({ arms: ['fast'], overrides: ['steps=900', 'momentum=0.3'] });
    expect(said.filter((line) => line.startsWith('With --set'))).toEqual([]);
  });

  test('is said with what is missing, where the images are not here', async () => {
    const before = process.env['SPATIAL_ENSEMBLE_CIFAR10'];
    process.env['SPATIAL_ENSEMBLE_CIFAR10'] = join(folder, 'nowhere');
    try {
      const error = await run({ selection: { overrides: ['data.source=cifar10', 'data.images=null'] } }).catch(
        (reason: Error) => reason,
      );
      expect((error as Error).message).toMatch(/CIFAR-10.*SPATIAL_ENSEMBLE_CIFAR10.*Nothing was run or written\.$/s);
      expect(existsSync(join(folder, 'runs'))).toBe(false);
    } finally {
      if (before === undefined) delete process.env['SPATIAL_ENSEMBLE_CIFAR10'];
      else process.env['SPATIAL_ENSEMBLE_CIFAR10'] = before;
    }
  });
});

describe('micro-batches', () => {
  test('are refused by a method that cannot add up its gradient', async () => {
    await expect(run({ machine: { microBatch: 4 } })).rejects.toThrow(
      /softmax-regression cannot add up its gradient .*normalises the whole batch together/,
    );
  });

  test('that the step refuses are refused before anything is loaded', async () => {
    const bind: typeof softmaxRegression.bind = (spec, machine) => {
      if (machine !== undefined) throw new Error(`parts of ${machine.microBatch} do not fit`);
      return softmaxRegression.bind(spec);
    };
    const { evaluations: _, ...study } = { ...STUDY, tiers: { small: {} }, headline: ACCURACY };
    const adds = { ...softmaxRegression, accumulates: true, bind };
    const strict = defineExperiment(adds, study as never, {
      dataSets: [fashionMnist],
      measurements: { centroid: nearestCentroid },
    });
    await expect(run({ machine: { microBatch: 5 } }, 'refused', strict)).rejects.toThrow('parts of 5 do not fit');
    expect(existsSync(join(folder, 'refused'))).toBe(false);
  });

  test('reach the step of one that can, and are part of its arithmetic, not of its declaration', async () => {
    const given: unknown[] = [];
    const bind: typeof softmaxRegression.bind = (spec, machine) => {
      given.push(machine);
      return softmaxRegression.bind(spec);
    };
    const { evaluations: _, ...study } = { ...STUDY, tiers: { small: {} }, headline: ACCURACY };
    const adds = { ...softmaxRegression, accumulates: true, bind };
    const adding = defineExperiment(adds, study as never, {
      dataSets: [fashionMnist],
      measurements: { centroid: nearestCentroid },
    });
    await run({}, 'runs', adding);
    const whole = results().get('slow-seed1')!;
    await run({ machine: { microBatch: 4 } }, 'parts', adding);
    const parts = results('parts').get('slow-seed1')!;
    expect(given).toContainEqual({ microBatch: 4 });
    expect(parts.run.arithmetic.microBatch).toBe(4);
    expect(whole.run.arithmetic).not.toHaveProperty('microBatch');
    expect(parts.identity).not.toBe(whole.identity);
    expect(declarationHash(parts.run)).toBe(declarationHash(whole.run));
  });
});
