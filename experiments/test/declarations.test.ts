import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PaperTable, parse, plannedPairs, type Tier } from '@spatial-ensemble/record';
import { resolveRuns, variantsAt, type Experiment } from '@spatial-ensemble/study';
import { describe, expect, test } from 'vitest';

const FOLDER = resolve(import.meta.dirname, '..');
const FILES = readdirSync(FOLDER).filter((file) => file.endsWith('.experiment.ts'));
const load = async (file: string): Promise<Experiment> =>
  ((await import(pathToFileURL(join(FOLDER, file)).href)) as { default: Experiment }).default;
const read = (file: string): string => readFileSync(join(FOLDER, file), 'utf8');

// Of the pilot without warm-up, of fixmatch-small-pilot, of fixmatch-cifar10-pilot and of robustness-fixmatch-pilot: what they chose must not be judged by them.
const PILOT_SEEDS = [
  101, 102, 103, 104, 105, 106, 107, 108, 201, 202, 203, 204, 205, 301, 302, 303, 304, 305, 401, 402, 403,
];

const PUBLISHED = new Map(
  readdirSync(join(FOLDER, 'tables')).flatMap((file) => {
    const { id, cells } = parse(PaperTable, JSON.parse(read(join('tables', file))), file);
    return cells.map((cell) => [`${id}/${cell.id}`, cell] as const);
  }),
);

describe.each(FILES)('%s', (file) => {
  test('is found by the name of its study', async () => {
    expect((await load(file)).study.name).toBe(basename(file, '.experiment.ts'));
  });

  test('begins with the cell it stands for, what to expect, the cost and the command', () => {
    const [comment] = /^\/\*\*.*?\*\//s.exec(read(file)) ?? [''];
    for (const word of ['Paper:', 'Expected', 'Cost:', 'Command: npx nx run experiments:'])
      expect(comment).toContain(word);
  });

  test('resolves at each of its tiers and variants, and in its smoke form', async () => {
    const experiment = await load(file);
    const { tiers, arms } = experiment.study;
    for (const tier of [...Object.keys(tiers), 'smoke'] as Tier[]) {
      const runs = variantsAt(experiment.study, tier).map((variant) =>
        resolveRuns(experiment, { tier, arms: Object.keys(arms), ...(variant && { variant }) }),
      );
      expect(runs.length).toBeGreaterThan(0);
      for (const some of runs) expect(new Set(some.map(({ arm }) => arm))).toEqual(new Set(Object.keys(arms)));
      // Arms or variants that compute the same would be one under two names. The smoke form cuts all to one length.
      for (const some of tier === 'smoke' ? runs : [runs.flat()])
        expect(new Set(some.map(({ declaration }) => declaration)).size).toBe(some.length);
    }
  });

  test('runs its controls by the plain command, and says of each arm of SE at which p', async () => {
    const { tiers, arms } = (await load(file)).study;
    const controls = Object.keys(arms).filter((arm) => arms[arm]!.role === 'control');
    for (const [tier, { plainArms }] of Object.entries(tiers))
      expect(plainArms ?? Object.keys(arms), tier).toEqual(expect.arrayContaining(controls));
    const unsaid = Object.values(arms).filter(({ title }) => /^SE\b(?! at p = )/.test(title));
    expect(unsaid).toEqual([]);
  });

  test('uses no seed of a pilot, unless it is one', async () => {
    const { name, seeds, crossed, tiers } = (await load(file)).study;
    const all = [crossed?.splits ?? seeds, ...Object.values(tiers).map((tier) => tier.seeds ?? [])].flat();
    const ofPilots = all.filter((seed) => PILOT_SEEDS.includes(seed));
    expect(ofPilots).toEqual(name.endsWith('-pilot') ? all : []);
  });

  test('plans no more pairs than it declares seeds', async () => {
    const { claims = {}, factors = {}, failures = {}, seeds, crossed, tiers } = (await load(file)).study;
    const planned = [
      ...Object.values(claims).map((claim) => ({ pairs: (at: Tier) => plannedPairs(claim, at), asked: claim.tiers })),
      ...[...Object.values(factors), ...Object.values(failures)].map((one) => ({ pairs: () => one.seeds, asked: undefined })), // prettier-ignore
    ];
    for (const { pairs, asked = Object.keys(tiers) as Tier[] } of planned)
      for (const tier of asked)
        expect((crossed?.splits ?? tiers[tier]?.seeds ?? seeds).length).toBeGreaterThanOrEqual(pairs(tier));
  });

  test('waits with a verdict on claims that were extended for all seeds of their tier', async () => {
    const { claims = {}, tiers } = (await load(file)).study;
    for (const { extendedTo = {} } of Object.values(claims))
      for (const [tier, pairs] of Object.entries(extendedTo)) expect(tiers[tier as Tier]?.seeds?.length, tier).toBe(pairs); // prettier-ignore
  });

  test('stands on gates that other studies have, of the same images, network, steps and number', async () => {
    const { standsOn = [], method, data, spec, headline, variants = {}, tiers } = (await load(file)).study;
    for (const { study, gate } of standsOn) {
      const other = (await load(`${study}.experiment.ts`)).study;
      expect(Object.keys(other.gates ?? {})).toContain(gate);
      const { method: name, data: images, spec: settings, headline: number } = other;
      expect({ name, images, settings, number }).toEqual({ name: method, images: data, settings: spec, number: headline }); // prettier-ignore
      // What a tier or a variant of both changes, it changes alike.
      for (const [tier, { patch }] of Object.entries(tiers)) expect(other.tiers[tier as Tier]?.patch).toEqual(patch);
      for (const [variant, { patch }] of Object.entries(variants)) expect(other.variants?.[variant]?.patch).toEqual(patch); // prettier-ignore
    }
  });

  test('has statistics that follow one time constant in all arms', async () => {
    const experiment = await load(file);
    for (const tier of Object.keys(experiment.study.tiers) as Tier[]) {
      const runs = resolveRuns(experiment, { tier, arms: Object.keys(experiment.study.arms) });
      const buffers = runs.flatMap(({ spec }) => (spec as { teacher: { buffers?: string } }).teacher.buffers ?? []);
      // `smooth` goes by each arm's own momentum.
      expect(new Set(buffers).size, tier).toBe(1);
      expect(buffers, tier).not.toContain('smooth');
    }
  });

  test('puts published numbers of FixMatch beside the arm in which the student labels', async () => {
    const experiment = await load(file);
    const { paper, arms } = experiment.study;
    const published = paper.filter(({ table, expected }) => table === 'fixmatch' && expected !== null);
    expect(published.length > 0).toBe(/^fixmatch-cifar\d+\.experiment/.test(file));
    const runs = resolveRuns(experiment, { arms: Object.keys(arms) });
    for (const { arm } of published) {
      const { pseudoLabels } = runs.find((run) => run.arm === arm)!.spec as unknown as {
        pseudoLabels: { from: string };
      };
      expect(pseudoLabels.from).toBe('student');
    }
  });

  test('says of each cell of the paper what the tables say', async () => {
    for (const { table, cell, expected, rule, spread } of (await load(file)).study.paper) {
      const published = PUBLISHED.get(`${table}/${cell}`);
      expect(published, `${table}/${cell} is in experiments/tables`).toBeDefined();
      expect(expected, `${table}/${cell}`).toBe(published?.value);
      if (spread !== undefined) expect(spread.standardDeviation, `${table}/${cell}`).toBe(published?.spread);
      // The tables say which numbers have seen their answers.
      expect(rule === 'best-on-test', `${table}/${cell}`).toBe(/\bbest\b/.test(published?.note ?? ''));
    }
  });

  test('at the size of two cores, every teacher forgets its start: 1/(1 − m_eff) is at most a twentieth of the steps', async () => {
    const experiment = await load(file);
    const arms = Object.keys(experiment.study.arms);
    const small = experiment.study.tiers.small === undefined ? [] : resolveRuns(experiment, { tier: 'small', arms });
    for (const { arm, spec, steps } of small) {
      const evidence = experiment.method.evidence?.(spec).find(({ name }) => name === 'effectiveMomentum');
      const effectiveMomentum = evidence?.value ?? 0;
      expect(1 / (1 - effectiveMomentum), arm).toBeLessThanOrEqual(steps / 20);
    }
  });
});
