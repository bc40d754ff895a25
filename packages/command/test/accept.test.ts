import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  declaredAs,
  hash,
  identity,
  Plan,
  planText,
  resultBytes,
  sealed,
  unsealed,
  type Result,
  type RunInfo,
  type RunSpec,
} from '@spatial-ensemble/record';
import { PLAN_FILE, readPlan, runFolder, studyFolder } from '@spatial-ensemble/store';
import { planOf, type Selection } from '@spatial-ensemble/study';
import { acceptResults } from '../src/accept.ts';
import { declareStudy } from '../src/declare.ts';
import { refreshPlans } from '../src/accepted-plans.ts';
import type { Experiment } from '../src/experiment.ts';
import { EXPERIMENT, resolved } from './declared.ts';
import { ON_AVX2 } from '../../record/test/arithmetic.ts';

/** The experiment with a claim. */
function claimingThat(stopping: string): Experiment {
  const fast = {
    hypothesis: 'fast is better',
    compare: { arm: 'fast', over: 'slow' },
    alternative: { kind: 'greater' as const },
    smallestEffect: 1,
    family: 'primary' as const,
    gates: [],
    pairs: 2,
    stopping,
  };
  const levels = [
    { arm: 'slow', level: 0 },
    { arm: 'fast', level: 1 },
  ];
  const factors = { speed: { title: 'speed', series: [{ title: 'all', levels }], seeds: 2, stopping } };
  return { ...EXPERIMENT, study: { ...EXPERIMENT.study, claims: { fast }, factors } };
}

describe('accepting', () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'accept-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function store(
    selection: Selection,
    status: Result['status'] = 'complete',
    changes: Partial<RunSpec['arithmetic']> = {},
    experiment: Experiment = EXPERIMENT,
  ): string {
    const [run] = resolved(selection);
    const { seeds, testPoints, spec, data, steps } = run!;
    const runSpec: RunSpec = {
      method: { name: 'softmax-regression', version: 1 },
      spec,
      seeds,
      testPoints,
      data: { declared: data, manifests: [] },
      arithmetic: { ...ON_AVX2, ...changes },
    };
    const id = identity(runSpec);
    const done = status === 'complete' ? steps : steps - 1;
    const result: Result = {
      format: 'spatial-ensemble/result-5',
      identity: id,
      run: runSpec,
      status,
      steps: { done, total: steps },
      measures: [],
      series: [],
      splits: [],
      evidence: [],
      weights: hash(id),
    };
    const to = runFolder(join(folder, 'runs'), runSpec, id);
    mkdirSync(to, { recursive: true });
    writeFileSync(join(to, 'result.json'), resultBytes(result));
    const info: RunInfo = {
      format: 'spatial-ensemble/run-2',
      identity: id,
      startedAt: '2026-01-02T03:04:05Z',
      seconds: 1,
      host: { os: 'linux', cpu: 'a cpu', cores: 2, memoryMb: 1024 },
      versions: {},
      commit: null,
      sourceHash: null,
    };
    writeFileSync(join(to, 'run.json'), JSON.stringify(sealed(info)));
    const file = join(studyFolder(join(folder, 'runs'), 'tiny'), PLAN_FILE);
    const before = existsSync(file) ? unsealed(Plan, JSON.parse(readFileSync(file, 'utf8')), file) : undefined;
    const declared = declaredAs(experiment.study, undefined, []);
    mkdirSync(dirname(file), { recursive: true });
    const plan = planOf(experiment, [run!], { declared, before }, new Map([[run!, id]]));
    writeFileSync(file, planText(plan));
    return id;
  }

  const accept = (experiment: Experiment = EXPERIMENT) =>
    acceptResults(experiment, join(folder, 'runs'), join(folder, 'results'));
  const accepted = (): string[] =>
    readdirSync(join(folder, 'results'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('result.json'))
      .map(dirname)
      .toSorted();

  test('knows a claim that was changed after runs ended, and one that was there before them', async () => {
    const id = store({ tier: 'small', arms: ['slow'] });
    const claiming = claimingThat('after two');
    await accept(claiming);
    const file = join(folder, 'results', 'tiny', 'study.json');
    expect((await readPlan(file)).declared.claims?.['fast']?.after).toEqual([id]);
    // What else changes later says nothing of the claim; the claim itself keeps what was known of it.
    await accept({ ...claiming, study: { ...claiming.study, title: 'another' } });
    expect((await readPlan(file)).declared.claims?.['fast']?.after).toEqual([id]);
  });

  test('knows that a claim was declared before there were results, and when it was changed', async () => {
    const results = join(folder, 'results');
    const before = claimingThat('after two');
    const since = async () => (await readPlan(join(results, 'tiny', 'study.json'))).declared.claims?.['fast']?.after;
    expect(await declareStudy(before, join(folder, 'runs'), results)).toEqual(['fast', 'speed']);
    const id = store({ tier: 'small', arms: ['slow'] }, 'complete', {}, before);
    await accept(before);
    expect(await since()).toEqual([]);
    // Of what was written down, it is of no matter since when the runs' own plan knows it.
    rmSync(join(folder, 'runs', 'tiny'), { recursive: true });
    await accept(before);
    expect(await since()).toEqual([]);
    await declareStudy(claimingThat('after three'), join(folder, 'runs'), results);
    expect(await since()).toEqual([id]);
  });

  test('takes what is complete and declared, with its run.json and the whole plan', async () => {
    const id = store({ tier: 'small', arms: ['slow'] });
    store({ tier: 'small', arms: ['fast'] }, 'partial');
    store({ tier: 'small', arms: ['fast'], overrides: ['steps=3'] });
    store({ tier: 'smoke', arms: ['slow'] });
    expect(await accept()).toEqual({ copied: 1, removed: 0, notes: [] });
    expect(accepted()).toEqual([`softmax-regression/${id.slice(0, 12)}`]);
    expect(existsSync(join(folder, 'results', accepted()[0]!, 'run.json'))).toBe(true);
    const plan = await readPlan(join(folder, 'results', 'tiny', 'study.json'));
    // Two tiers, two variants, two arms; two seeds and one.
    expect(plan.runs).toHaveLength(2 * 2 * (2 + 1));
  });

  test('removes what is declared no more', async () => {
    store({ tier: 'small', arms: ['slow'] });
    await accept();
    const before = accepted();
    const study = {
      ...EXPERIMENT.study,
      tiers: { ...EXPERIMENT.study.tiers, small: { patch: { spec: { steps: 11 } }, seeds: [5] } },
    };
    const changed: Experiment = { ...EXPERIMENT, study };
    await expect(accept(changed)).rejects.toThrow(
      /none of its 1 results is complete and as the experiment declares it now/,
    );
    store({ tier: 'small', arms: ['slow'], overrides: ['steps=11'] });
    expect(await accept(changed)).toEqual({ copied: 1, removed: 1, notes: [] });
    expect(accepted()).toHaveLength(1);
    expect(accepted()).not.toEqual(before);
    expect(await accept(changed)).toEqual({ copied: 1, removed: 0, notes: [] });
  });

  test('leaves a plan that is made again as the experiment declares it now', async () => {
    store({ tier: 'small', arms: ['slow'] });
    await accept();
    const [results, file] = [join(folder, 'results'), join(folder, 'results', 'tiny', 'study.json')];
    mkdirSync(join(results, 'no-study'));
    const before = readFileSync(file, 'utf8');
    expect(await refreshPlans(results, async () => EXPERIMENT)).toEqual(['tiny']);
    expect(readFileSync(file, 'utf8')).toBe(before);
    const { method, study } = EXPERIMENT;
    const newer: Experiment = {
      ...EXPERIMENT,
      study: { ...study, title: 'Another title' },
      method: { ...method, version: method.version + 1 },
    };
    await refreshPlans(results, async () => newer);
    const plan = await readPlan(file);
    expect(plan).toMatchObject({ study: { title: 'Another title' }, method: { version: method.version + 1 } });
    expect(plan.runs).toHaveLength(2 * 2 * (2 + 1));
    const old = new Set((JSON.parse(before) as Plan).runs.map(({ declaration }) => declaration));
    expect(plan.runs.filter(({ declaration }) => old.has(declaration))).toEqual([]);
  });

  test('takes the arms of a seed from one arithmetic, and names what it leaves', async () => {
    const [fine, coarse] = [{ precision: 'float32' }, { precision: 'bfloat16' }] as const;
    const taken = ['slow', 'fast'].map((arm) => store({ tier: 'small', arms: [arm] }, 'complete', coarse));
    const left = store({ tier: 'small', arms: ['slow'] }, 'complete', fine);
    const { copied, notes } = await accept();
    expect(copied).toBe(2);
    expect(
      accepted()
        .map((folder) => folder.slice(-12))
        .toSorted(),
    ).toEqual(taken.map((id) => id.slice(0, 12)).toSorted());
    expect(notes).toEqual([
      `Not accepted: small few slow, seed 5, ${left.slice(0, 12)} (run with another arithmetic: float32 in place of bfloat16)`,
    ]);
  });

  test('keeps what another machine made, and says what the reports count', async () => {
    const first = ['slow', 'fast'].map((arm) => store({ tier: 'small', arms: [arm] }));
    await accept();
    rmSync(join(folder, 'runs'), { recursive: true });
    const second = store({ tier: 'small', arms: ['fast'] }, 'complete', { instructionSet: 'avx512' });
    expect(await accept()).toEqual({
      copied: 1,
      removed: 0,
      notes: [
        `Accepted, but not counted by the reports: small few fast, seed 5, ${second.slice(0, 12)} (run with another arithmetic: avx512 in place of avx2)`,
      ],
    });
    expect(accepted()).toHaveLength(first.length + 1);
  });

  test('says when there is nothing', async () => {
    await expect(accept()).rejects.toThrow(/there are no runs of it. Run `npx nx run experiments:tiny` first/);
  });
});
