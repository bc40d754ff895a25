import { join, resolve } from 'node:path';

import {
  type Arithmetic,
  declarationHash,
  identity,
  parse,
  type Plan,
  type PlannedRun,
  Result,
  type RunSpec,
  type StoredResult,
} from '@spatial-ensemble/record';
import { readPlans, readResults } from '@spatial-ensemble/store';
import { beforeAll, describe, expect, it } from 'vitest';

import { buildReport, summary } from '../src/index.ts';
import { headlineSample, overReference, type Row, sections } from '../src/rows.ts';
import { runStates } from '../src/pairing.ts';
import { stateText } from '../src/text.ts';

// On accepted results: copies of them stand for those of other machines.

const RESULTS = resolve(import.meta.dirname, '../../../experiments/results');
const STUDY = 'fixmatch-small';
/** Of its splits, which begin with 2. */
const SPLITS = [2, 3, 4];
const ARMS = ['tma', 'tma-effective', 'se', 'sts', 'none', 'supervised'];

let plan: Plan;
let all: StoredResult[];

/** The plan of a study's results, as if it declared just what they hold. */
async function read(study: string): Promise<{ plan: Plan; results: StoredResult[] }> {
  const [found] = await readPlans(join(RESULTS, study));
  const results = await readResults(RESULTS);
  const runs = found!.plan.runs.flatMap((planned) => {
    const of = results.find(({ result }) => planned.identities.includes(result.identity));
    return of === undefined ? [] : [{ ...planned, declaration: declarationHash(of.result.run) }];
  });
  const own = new Set(runs.flatMap(({ identities }) => identities));
  return {
    plan: { ...found!.plan, runs },
    results: results.filter(({ result }) => own.has(result.identity)),
  };
}

/** What the study calls a result, or a copy of one. */
function labelsOf({ result: { run } }: StoredResult, of = plan): PlannedRun {
  return of.runs.find(({ declaration }) => declaration === declarationHash(run))!;
}

beforeAll(async () => {
  const found = await read(STUDY);
  const some = ({ arm, seed }: PlannedRun): boolean => SPLITS.includes(seed) && ARMS.includes(arm);
  const runs = found.plan.runs.filter(some).map((planned) => ({ ...planned, seed: planned.seed - 1 }));
  // What it claims has pages of its own tests.
  const { claims: _claims, gates: _gates, failures: _failures, ...study } = found.plan.study;
  plan = { ...found.plan, study, runs };
  all = found.results.filter((stored) => some(labelsOf(stored, found.plan)));
  expect(new Set(all.map((stored) => labelsOf(stored).seed))).toEqual(new Set([1, 2, 3]));
});

/** The same result, made otherwise. */
function made(stored: StoredResult, changes: Partial<RunSpec>, info = stored.info): StoredResult {
  const run = { ...stored.result.run, ...changes };
  const id = identity(run);
  const { info: _info, ...rest } = stored;
  return {
    ...rest,
    ...(info && { info }),
    result: parse(Result, { ...stored.result, run, identity: id }, 'a copy'),
    file: stored.file.replace(/[^/]+(?=\/result\.json$)/, id),
  };
}

function elsewhere(stored: StoredResult, changes: Partial<Arithmetic>, more: Partial<RunSpec> = {}): StoredResult {
  return made(stored, { ...more, arithmetic: { ...stored.result.run.arithmetic, ...changes } });
}

const OTHER: Partial<Arithmetic> = { instructionSet: 'avx512', threads: { intra: 2, inter: 2 } };
const ofSeed = (seed: number, results = all): StoredResult[] =>
  results.filter((stored) => labelsOf(stored).seed === seed);
const without = (arms: readonly string[], results: readonly StoredResult[]): StoredResult[] =>
  results.filter((stored) => !arms.includes(labelsOf(stored).arm));

function rows(results: readonly StoredResult[], p = plan): readonly Row[] {
  return sections(p, runStates(p, results))[0]!.rows;
}

/** The arms that were run: one may be declared since. */
const withNumbers = () => rows(all).filter(({ shown: of }) => of.length > 0);

/** `arm seed arithmetic` of every number that is shown. */
function shown(results: readonly StoredResult[], p = plan): string[] {
  return rows(results, p).flatMap(({ name, shown: of }) =>
    of.map(
      ({ planned: { seed }, result: { run } }) =>
        `${name} ${seed} ${run.arithmetic.instructionSet} ${run.arithmetic.precision}`,
    ),
  );
}

const page = async (results: readonly StoredResult[], p = plan): Promise<string> =>
  (await buildReport(results, p, '/reports/x')).get('index.md') as string;

describe('the arms of one seed', () => {
  it('are taken from the arithmetic in which most of them are complete, whatever their hashes are', () => {
    const some = ofSeed(1).slice(0, 4);
    // Enough other arithmetics that some of their identities sort before the accepted ones', and some after.
    const copies = [1, 2, 4, 8].flatMap((intra) =>
      some.map((stored) => elsewhere(stored, { threads: { intra: intra + 10, inter: 1 } })),
    );
    const before = some.filter((stored) =>
      copies.some(
        (copy) => labelsOf(copy).arm === labelsOf(stored).arm && copy.result.identity < stored.result.identity,
      ),
    );
    expect(before.length).toBeGreaterThan(0);
    expect(shown([...copies, ...ofSeed(1)])).toEqual(shown(ofSeed(1)));
  });

  it('change their arithmetic together, and a row says how many seeds it has of each', async () => {
    const copies = ofSeed(2).map((stored) => elsewhere(stored, OTHER));
    const results = [...without(['se', 'supervised'], ofSeed(2)), ...ofSeed(1), ...ofSeed(3), ...copies];
    expect(shown(results).filter((text) => text.includes(' 2 '))).toEqual(
      withNumbers().map(({ name }) => `${name} 2 avx512 float32`),
    );
    const text = await page(results);
    expect(text).toContain('**Pairs of 2 arithmetics.**');
    expect(text).toMatch(/\| SE[^|]*\|.*\| 3 \(2 a, 1 b\) \| complete/);
    expect(text).toMatch(/- \([ab]\) tensorflow \S+, float32, cpu \(avx512\), threads 2 \+ 2.*: seed 2\n/);
    expect(text).toMatch(/Not counted: TMA, seed 2, \[`[0-9a-f]{12}`\].*: run with another arithmetic: avx2 in place of avx512; threads 1 \+ 1 in place of threads 2 \+ 2\./); // prettier-ignore
    expect(summary(results, plan).find((line) => line.startsWith('SE'))).toContain('seeds of 2 arithmetics');
  });

  it('that ran otherwise only are not paired: no number, and said', async () => {
    const results = [
      ...without(['sts'], ofSeed(1)),
      ...ofSeed(1)
        .filter((stored) => labelsOf(stored).arm === 'sts')
        .map((stored) => elsewhere(stored, { precision: 'bfloat16' })),
    ];
    const sts = rows(results).find(({ name }) => name === 'sts')!;
    expect(sts.basis).toBe('not paired');
    expect(stateText(sts.runs[0]!)).toBe('not paired (run with another arithmetic: bfloat16 in place of float32)');
    expect(headlineSample(sts, plan.study.headline, 'teacher').values).toEqual([]);
    expect(await page(results)).toMatch(
      /\| STS +\| +– \| +– \| +– \| +– \| +0 \| seed 1 not paired \(run with another/,
    );
  });

  it('take, of arithmetics alike, the one that most seeds of the study have', () => {
    const copies = all.map((stored) => elsewhere(stored, OTHER));
    expect(shown([...ofSeed(1), ...copies])).toEqual(shown(copies));
    expect(shown([...all, ...ofSeed(1, copies)])).toEqual(shown(all));
  });

  it('take float32 before tf32 before bfloat16 where nothing else tells', () => {
    const kinds = ['bfloat16', 'float32'] as const;
    const results = kinds.flatMap((precision) => ofSeed(1).map((stored) => elsewhere(stored, { precision, ...OTHER })));
    for (const order of [results, results.toReversed()]) {
      expect(shown(order)).toEqual(withNumbers().map(({ name }) => `${name} 1 avx512 float32`));
    }
  });

  it('are held against a reference seed by seed', () => {
    const results = all.filter((stored) => labelsOf(stored).arm !== 'supervised' || labelsOf(stored).seed !== 3);
    const [sts, supervised] = ['sts', 'supervised'].map((name) => rows(results).find((row) => row.name === name)!);
    const value = (arm: string, seed: number): number =>
      all
        .find((stored) => labelsOf(stored).arm === arm && labelsOf(stored).seed === seed)!
        .result.measures.find(({ whose, rule }) => whose === 'teacher' && rule === plan.study.headline.rule)!.value;
    const difference = (seed: number): number => value('sts', seed) - value('supervised', seed);
    expect(overReference(sts!, supervised!, plan.study.headline)).toMatchObject({
      seeds: [1, 2],
      mean: (difference(1) + difference(2)) / 2,
    });
  });
});

describe('results of one declaration and arithmetic', () => {
  const onOtherImages = (stored: StoredResult, info = stored.info): StoredResult => {
    const { data } = stored.result.run;
    const manifests = data.manifests.map((manifest) => ({ ...manifest, sha256: 'e'.repeat(64) }));
    return made(stored, { data: { ...data, manifests } }, info);
  };

  it('that read other images: those that most of the study read, and the other is named', async () => {
    const sts = ofSeed(1).find((stored) => labelsOf(stored).arm === 'sts')!;
    const results = [...all, onOtherImages(sts)];
    expect(shown(results)).toEqual(shown(all));
    const row = rows(results).find(({ name }) => name === 'sts')!;
    expect(row.shown[0]!.result.identity).toBe(sts.result.identity);
    expect(await page(results)).toMatch(/Not counted: STS, seed 1, .*: made on other images\./);
  });

  it('of which nothing says which counts: none, and both are named', () => {
    const [first] = ofSeed(1);
    const { info: _info, ...bare } = first!;
    const row = rows([bare, onOtherImages(bare, undefined)]).find(({ name }) => name === labelsOf(bare).arm)!;
    expect(stateText(row.runs[0]!)).toMatch(/^not paired \(2 results of one declaration and arithmetic/);
    expect(row.runs[0]!.others).toHaveLength(2);
    expect(row.shown).toEqual([]);
  });

  it('copied to two places are one', () => {
    const again = all.map((stored) => ({ ...stored, file: `/elsewhere${stored.file}` }));
    expect(rows([...all, ...again]).flatMap((row) => row.runs.flatMap(({ others }) => others))).toEqual([]);
  });
});

describe('evaluations of one seed', () => {
  it('are of one arithmetic too, and of the runs that are shown', async () => {
    const { plan: of, results } = await read('moco-imagenet');
    const linear = results.filter((stored) => labelsOf(stored, of).evaluation === 'linear');
    const copies = linear.slice(0, 2).map((stored) => elsewhere(stored, OTHER));
    const kept = (found: readonly StoredResult[]): string[] =>
      rows(found, of).flatMap(({ evaluated }) => evaluated.map(({ result }) => result.identity));
    expect(kept([...copies, ...results])).toEqual(kept(results));
    // The two that ran otherwise only have no number.
    const some = results.filter((stored) => !linear.slice(0, 2).includes(stored));
    const states = rows([...copies, ...some], of).flatMap(({ evaluations }) =>
      evaluations.filter(({ planned }) => planned.evaluation === 'linear').map(({ state }) => state.kind),
    );
    expect(states.filter((kind) => kind === 'not paired')).toHaveLength(2);
  });

  it('prefer the runs that have them', async () => {
    const { plan: of, results } = await read('moco-imagenet');
    const runs = results.filter(({ result: { run } }) => run.from === undefined);
    const copies = runs.map((stored) => elsewhere(stored, { instructionSet: 'a-first' }));
    expect(shown([...copies, ...results], of)).toEqual(shown(results, of));
  });
});

describe('stale numbers', () => {
  it('say what they are, why, and what makes them again', async () => {
    const { name, version } = all[0]!.result.run.method;
    const declaration = '0'.repeat(64);
    const text = await page(all, {
      ...plan,
      method: { name, version: version + 1 },
      runs: plan.runs.map((planned) => ({ ...planned, declaration })),
    });
    expect(text).toContain(`| stale (made by ${name} version ${version}, now version ${version + 1}) |`);
    expect(text).toContain(
      `. These numbers were made by ${name} version ${version}, now version ${version + 1}: the study as it is now would give others. They stand here until the runs are made again, by \`npx nx run experiments:fixmatch-small:small\`.`,
    );
  });

  it('are never held against others', () => {
    const [first] = withNumbers().filter(({ arm }) => arm.role === 'reference');
    const runs = plan.runs.map((planned) =>
      planned.arm === first!.name ? { ...planned, declaration: '0'.repeat(64) } : planned,
    );
    const found = rows(all, { ...plan, runs });
    const [sts, reference] = ['sts', first!.name].map((name) => found.find((row) => row.name === name)!);
    expect([sts!.basis, reference!.basis]).toEqual(['complete', 'stale']);
    expect(overReference(sts!, reference!, plan.study.headline).values).toEqual([]);
  });
});
