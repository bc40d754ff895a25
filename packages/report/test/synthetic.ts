import {
  type RunSpec,
  declarationHash,
  declaredAs,
  identity,
  parse,
  Plan,
  Result,
  type Series,
  type StoredResult,
  Study,
  type StudyInput,
  type Tier,
} from '@spatial-ensemble/record';
import { ARITHMETIC } from '../../record/test/arithmetic.ts';

// Results for the tests of this package, made through the real schemas. They describe no experiment.

/** Numbers in (−1, 1) that look random and are the same everywhere. */
function noise(seed: number): () => number {
  let state = (seed * 2654435761 + 12345) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

const ARMS: StudyInput['arms'] = {
  none: { title: 'none: the student teaches itself', patch: { spec: { teacher: 'none' } } },
  tma: { title: 'TMA', patch: { spec: { teacher: 'tma' } } },
  'tma-effective': { title: 'TMA at the effective momentum', role: 'control', patch: { spec: { teacher: 'tma-eff' } } },
  se: { title: 'SE', patch: { spec: { teacher: 'se' } } },
  sts: { title: 'STS', patch: { spec: { teacher: 'sts' } } },
  supervised: { title: 'supervised, same labels', role: 'reference', patch: { spec: { teacher: 'off' } } },
};

const STUDY: StudyInput = {
  name: 'synthetic',
  title: 'FixMatch with four kinds of teacher',
  description: 'Made up for a test.',
  paper: [
    { table: 'fixmatch', cell: 'sts-cifar10-40', arm: 'sts', expected: null, source: 'not available to us' },
    {
      table: 'fixmatch',
      cell: 'fixmatch-cifar10-40',
      arm: 'tma',
      expected: 86.19,
      tolerance: { value: 3.4, source: 'half of its own range' },
      source: 'FixMatch paper',
    },
  ],
  cost: { cpuMinutes: 1, hardware: '2 CPU cores', basis: 'made up' },
  method: 'fixmatch',
  data: { source: 'fashion-mnist', labelsPerClass: 4 },
  spec: { teacher: 'none', steps: 1000 },
  arms: ARMS,
  seeds: [1],
  tiers: { small: {}, paper: { seeds: [1] } },
  headline: { metric: 'accuracy', whose: 'teacher', rule: 'last' },
};

const FINAL: Record<string, readonly [teacher: number, student: number]> = {
  none: [66, 66],
  tma: [71.5, 68],
  'tma-effective': [70, 67],
  se: [70.5, 68],
  sts: [72, 67.5],
  supervised: [61, 60],
};
const DISTANCE: Record<string, number> = {
  none: 0,
  tma: 0.06,
  'tma-effective': 0.11,
  se: 0.075,
  sts: 0.12,
  supervised: 0.05,
};

// Names that no method has: a report goes by what a result declares.
const ACCURACY = { name: 'seen', title: 'held-out accuracy', unit: '%', summed: 'last' } as const;
const LOSS = { name: 'unhappiness', title: 'loss', unit: 'nats', whose: 'student', summed: 'mean' } as const;
const DISTANCE_OF: Omit<Series, 'points'> = {
  name: 'apart',
  title: 'relative distance',
  meaning: 'how far apart they are',
  unit: '',
  whose: 'teacher',
  summed: 'mean',
};

export function runSpec(arm: string, seed: number, tier: Tier = 'small', changes: Partial<RunSpec> = {}): RunSpec {
  return {
    method: { name: 'fixmatch', version: 1 },
    spec: { ...STUDY.spec, ...ARMS[arm]?.patch?.spec, tier },
    seeds: { split: seed, weights: seed, training: seed },
    testPoints: 1,
    data: {
      declared: { ...STUDY.data },
      manifests: [
        {
          name: 'fashion-mnist',
          title: 'Fashion-MNIST',
          split: 'train',
          images: 10_000,
          sha256: 'a'.repeat(64),
          verified: true,
        },
        {
          name: 'fashion-mnist',
          title: 'Fashion-MNIST',
          split: 'test',
          images: 10_000,
          sha256: 'b'.repeat(64),
          verified: true,
        },
      ],
    },
    arithmetic: ARITHMETIC,
    ...changes,
  };
}

/** The arm whose spec a run has, or starts from the weights of. */
function armOf({ spec }: RunSpec): string {
  const { teacher } = (spec['pretraining'] ?? spec) as { readonly teacher?: unknown };
  return Object.entries(ARMS).find(([, { patch }]) => patch?.spec?.['teacher'] === teacher)?.[0] ?? 'another';
}

export function stored(run: RunSpec, done = 1000): StoredResult {
  const arm = armOf(run);
  const random = noise(run.seeds.training * 31 + Object.keys(ARMS).indexOf(arm));
  const [teacher, student] = FINAL[arm] ?? [50, 50];
  const same = arm === 'none';
  const points: Record<'student' | 'teacher' | 'distance' | 'loss', [number, number][]> = {
    student: [],
    teacher: [],
    distance: [],
    loss: [],
  };
  for (let step = 0; step <= done; step += 25) {
    const studentAccuracy = 10 + (student - 10) * (1 - Math.exp(-step / 160)) + (step === 0 ? 0 : 2.2 * random());
    const lag = arm === 'tma' || arm === 'se' ? 20 : 60;
    const teacherAccuracy = same
      ? studentAccuracy
      : 10 + (teacher - 10) * (1 - Math.exp(-Math.max(0, step - lag) / 170)) + (step === 0 ? 0 : 0.5 * random());
    const distance =
      (DISTANCE[arm] ?? 0) *
      (1 - Math.exp(-step / 60)) *
      (0.35 + 0.65 * Math.cos((step / 1000) * 1.2)) *
      (1 + 0.05 * random());
    points.student.push([step, studentAccuracy]);
    points.teacher.push([step, teacherAccuracy]);
    if (step === 0) continue;
    points.distance.push([step, distance]);
    points.loss.push([step, 2.3 * Math.exp(-step / 200) + 0.1]);
  }
  const measure = (whose: 'teacher' | 'student', value: number): object => ({
    name: 'accuracy',
    title: 'accuracy',
    whose,
    split: 'test',
    rule: 'last',
    value: Math.round((value + random()) * 100) / 100,
    unit: '%',
    n: 10_000,
  });
  const complete = done === 1000;
  const id = identity(run);
  const result = parse(
    Result,
    {
      format: 'spatial-ensemble/result-5',
      identity: id,
      run,
      status: complete ? 'complete' : 'partial',
      steps: { done, total: 1000 },
      measures: complete ? [measure('teacher', teacher), measure('student', student)] : [],
      series: [
        { ...LOSS, points: points.loss },
        { ...ACCURACY, whose: 'student', points: points.student },
        { ...ACCURACY, whose: 'teacher', points: points.teacher },
        ...(same ? [] : [{ ...DISTANCE_OF, points: points.distance }]),
      ],
      splits: [
        { name: 'labelled', images: 40, indices: 'c'.repeat(64) },
        { name: 'held-out', images: 1000, indices: 'd'.repeat(64) },
      ],
      evidence:
        arm === 'supervised'
          ? []
          : [
              {
                name: 'pull',
                title: 'pull',
                meaning: 'how strongly it is pulled',
                unit: '',
                over: 'schedule',
                value: 0.98,
              },
              { name: 'kept', title: 'units kept', unit: '', over: 'all', value: arm === 'sts' ? 0.5012 : 0 },
              { name: 'rightLabels', title: 'labels right', unit: '%', over: 'last-tenth', value: 81.23 },
            ],
    },
    'synthetic result',
  );
  return { result, file: `/runs/${id}/result.json` };
}

export function plan(changes: Partial<StudyInput> = {}, seeds: readonly number[] = [1]): Plan {
  const study = parse(Study, { ...STUDY, seeds: [...seeds], ...changes }, 'synthetic study');
  return parse(
    Plan,
    {
      format: 'spatial-ensemble/plan-3',
      study,
      declared: declaredAs(study, undefined, []),
      method: { name: 'fixmatch', version: 1 },
      runs: (['small', 'paper'] as const).flatMap((tier) =>
        Object.keys(study.arms).flatMap((arm) =>
          seeds.map((seed) => ({
            tier,
            arm,
            seed,
            declaration: declarationHash(runSpec(arm, seed, tier)),
            steps: 1000,
            identities: [],
          })),
        ),
      ),
    },
    'synthetic plan',
  );
}

/** The plan of a study that these runs were asked for in: each for the arm whose teacher it has, of its seed, wherever that fits. */
export function asked(of: Plan, results: readonly StoredResult[]): Plan {
  const runs = of.runs.map((planned) => ({
    ...planned,
    identities: results.flatMap(({ result: { identity: id, run } }) =>
      armOf(run) === planned.arm &&
      run.seeds.training === planned.seed &&
      (run.from === undefined) === (planned.evaluation === undefined) &&
      ((run.spec['pretraining'] ?? run.spec) as { readonly tier?: unknown }).tier === planned.tier
        ? [id]
        : [],
    ),
  }));
  return { ...of, runs };
}

/** Every arm's run at the small tier, for each seed. */
export function allResults(seeds: readonly number[] = [1]): StoredResult[] {
  return Object.keys(ARMS).flatMap((arm) => seeds.map((seed) => stored(runSpec(arm, seed))));
}
