import {
  type Arithmetic,
  canonicalJson,
  type Plan,
  type PlannedRun,
  resultsInPlace,
  type StoredResult,
  type Tier,
} from '@spatial-ensemble/record';

import { arithmeticDifference, arithmeticKey, compareArithmetic, compareKeys } from './arithmetic.ts';
import { type Found, entersPairs, foundOf, type OtherResult, type RunOfArm } from './states.ts';

/**
 * Pairs every planned run with a result. The arms of one seed (at one tier and variant) are a pair: they are held
 * against each other, so all of them are taken from one arithmetic. It is the one in which most arms are complete with
 * their evaluations; then most runs complete, partial, stale; then the one that most seeds of the study have; then
 * the first in `compareArithmetic`'s order. What an arm has under another arithmetic only is `not paired`.
 *
 * An evaluation's result counts where it started from the result that its run is paired with; the evaluations of one
 * name and seed are taken from one arithmetic by the same rule.
 */
export function runStates(plan: Plan, results: readonly StoredResult[]): RunOfArm[] {
  const inPlace = resultsInPlace(results);
  const candidates = new Map(plan.runs.map((planned) => [planned, inPlace(planned)]));
  const habits = habitsOf(candidates);
  const states = new Map<PlannedRun, RunOfArm>();
  const settle = (planned: readonly PlannedRun[], of: Candidates, whole: Whole): void => {
    const members = planned.map((one) => memberOf(plan, one, of));
    const kept = chosenArithmetic(members, habits, whole);
    for (const member of members) states.set(member.planned, settled(member, kept, habits));
  };
  const trained = plan.runs.filter(({ evaluation }) => evaluation === undefined);
  for (const pair of grouped(trained, seedKey)) settle(pair, candidates, wholeRuns(plan, candidates));
  const sources = new Map(trained.map((planned) => [armKey(planned), identityOf(states.get(planned)!)]));
  const evaluations = plan.runs.filter(({ evaluation }) => evaluation !== undefined);
  const started = new Map(
    evaluations.map((one) => {
      const source = sources.get(armKey(one));
      return [one, ofRun(candidates, one).filter(({ result }) => source !== undefined && result.run.from === source)];
    }),
  );
  for (const pair of grouped(evaluations, (one) => `${seedKey(one)} ${one.evaluation}`))
    settle(pair, started, () => false);
  return plan.runs.map((planned) => states.get(planned)!);
}

/** The results that may stand for each planned run. */
type Candidates = ReadonlyMap<PlannedRun, readonly StoredResult[]>;

function ofRun(candidates: Candidates, planned: PlannedRun): readonly StoredResult[] {
  return candidates.get(planned) ?? [];
}

/** Whether a run's declared evaluations are complete too. */
type Whole = (planned: PlannedRun, stored: StoredResult) => boolean;

interface Member {
  readonly planned: PlannedRun;
  readonly found: readonly Found[];
  /** The tiers that have a result of the same arm and seed. */
  readonly tiers: readonly Tier[];
}

/** What most results of a study have: the common is preferred to the single. */
interface Habits {
  /** Seeds, with their tier and variant, by arithmetic. */
  readonly seeds: ReadonlyMap<string, number>;
  /** Results by what they read. */
  readonly data: ReadonlyMap<string, number>;
}

type Place = Pick<PlannedRun, 'tier' | 'variant' | 'seed'>;

function seedKey({ tier, variant, seed }: Place): string {
  return JSON.stringify([tier, variant, seed]);
}

function armKey(place: Place & { readonly arm: string }): string {
  return JSON.stringify([seedKey(place), place.arm]);
}

function dataKey({ result }: StoredResult): string {
  return canonicalJson(result.run.data.manifests);
}

function arithmeticOf({ result }: StoredResult): Arithmetic {
  return result.run.arithmetic;
}

function identityOf({ state }: RunOfArm): string | undefined {
  return 'stored' in state ? state.stored.result.identity : undefined;
}

function grouped<T>(items: readonly T[], key: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return [...groups.values()];
}

function habitsOf(candidates: Candidates): Habits {
  const seeds = new Map<string, Set<string>>();
  const data = new Map<string, number>();
  for (const [planned, results] of candidates)
    for (const stored of results) {
      const key = arithmeticKey(arithmeticOf(stored));
      seeds.set(key, (seeds.get(key) ?? new Set()).add(seedKey(planned)));
      data.set(dataKey(stored), (data.get(dataKey(stored)) ?? 0) + 1);
    }
  return { seeds: new Map([...seeds].map(([key, places]) => [key, places.size])), data };
}

function wholeRuns(plan: Plan, candidates: Candidates): Whole {
  const evaluations = plan.runs.filter(({ evaluation }) => evaluation !== undefined);
  return (planned, { result }) =>
    evaluations
      .filter((one) => armKey(one) === armKey(planned))
      .every((one) =>
        ofRun(candidates, one).some(
          (stored) => stored.result.run.from === result.identity && foundOf(plan, one, stored).kind === 'complete',
        ),
      );
}

function memberOf(plan: Plan, planned: PlannedRun, candidates: Candidates): Member {
  const { arm, seed, variant, evaluation } = planned;
  const alike = [...candidates].filter(
    ([one, found]) =>
      one.arm === arm &&
      one.seed === seed &&
      one.variant === variant &&
      one.evaluation === evaluation &&
      found.length > 0,
  );
  const tiers = [...new Set(alike.map(([{ tier }]) => tier))].toSorted();
  return { planned, tiers, found: ofRun(candidates, planned).map((stored) => foundOf(plan, planned, stored)) };
}

function chosenArithmetic(members: readonly Member[], { seeds }: Habits, whole: Whole): Arithmetic | undefined {
  const all = new Map(
    members.flatMap(({ found }) =>
      found.map(({ stored }) => [arithmeticKey(arithmeticOf(stored)), arithmeticOf(stored)] as const),
    ),
  );
  const order = (key: string): number[] => {
    const having = (is: (found: Found, member: Member) => boolean): number =>
      members.filter((member) =>
        member.found.some((one) => arithmeticKey(arithmeticOf(one.stored)) === key && is(one, member)),
      ).length;
    return [
      -having((one, { planned }) => one.kind === 'complete' && whole(planned, one.stored)),
      ...(['complete', 'partial', 'stale'] as const).map((kind) => -having((one) => one.kind === kind)),
      -(seeds.get(key) ?? 0),
    ];
  };
  return [...all]
    .map(([key, arithmetic]) => ({ arithmetic, order: order(key) }))
    .sort((a, b) => compareKeys(a.order, b.order) || compareArithmetic(a.arithmetic, b.arithmetic))[0]?.arithmetic;
}

/** The state of one run, once the arithmetic of its pair is known. */
function settled({ planned, found, tiers }: Member, kept: Arithmetic | undefined, habits: Habits): RunOfArm {
  if (kept === undefined || found.length === 0) {
    const elsewhere = tiers.filter((tier) => tier !== planned.tier);
    return { planned, state: { kind: 'not run', elsewhere }, others: [] };
  }
  const here = found.filter(({ stored }) => arithmeticKey(arithmeticOf(stored)) === arithmeticKey(kept));
  const away = found
    .filter((one) => !here.includes(one))
    .sort((a, b) => compareArithmetic(arithmeticOf(a.stored), arithmeticOf(b.stored)));
  const elsewhere = away.filter(isCurrent).map(({ stored }): OtherResult => ({ stored, why: awayText(stored, kept) }));
  const [best, ...rest] = here
    .map((one) => ({ one, order: meritOf(one, habits) }))
    .sort((a, b) => compareKeys(a.order, b.order));
  if (best === undefined) {
    const stale = away.every((one) => !isCurrent(one)) ? 'stale, and ' : '';
    const why = `${stale}${away
      .slice(0, 1)
      .map(({ stored }) => awayText(stored, kept))
      .join('')}`;
    return { planned, state: { kind: 'not paired', why }, others: elsewhere };
  }
  const alike = rest.filter(({ order }) => compareKeys(order, best.order) === 0);
  if (alike.length > 0) {
    const why = `${alike.length + 1} results of one declaration and arithmetic, and nothing that says which: keep one`;
    const all = [best, ...rest].map(({ one: { stored } }): OtherResult => ({ stored, why: 'one of several alike' }));
    return { planned, state: { kind: 'not paired', why }, others: [...all, ...elsewhere] };
  }
  const beside = rest
    .map(({ one }) => one)
    .filter(isCurrent)
    .map(({ stored }): OtherResult => ({ stored, why: besideText(stored, best.one.stored) }));
  return { planned, state: best.one, others: [...beside, ...elsewhere] };
}

function isCurrent({ kind }: Found): boolean {
  return kind !== 'stale';
}

/**
 * Which of several results of one run and arithmetic counts, the smaller first: complete before partial before stale,
 * of one arithmetic before one that goes on from another, the newest version of the method, the most steps, verified images, the images that most results of the study read,
 * the one made last.
 */
function meritOf({ kind, stored }: Found, { data }: Habits): readonly (string | number)[] {
  const { result, info } = stored;
  return [
    { complete: 0, partial: 1, stale: 2 }[kind],
    entersPairs(stored) ? 0 : 1,
    -result.run.method.version,
    -result.steps.done,
    result.run.data.manifests.filter(({ verified }) => !verified).length,
    -data.get(dataKey(stored))!,
    // As a number, to the second: 20260102030405.
    info === undefined ? 0 : -Number(info.startedAt.replaceAll(/\D/g, '').slice(0, 14)),
  ];
}

function awayText(stored: StoredResult, kept: Arithmetic): string {
  return `run with another arithmetic: ${arithmeticDifference(arithmeticOf(stored), kept)}`;
}

function besideText(stored: StoredResult, best: StoredResult): string {
  if (stored.result.steps.done < best.result.steps.done) return 'fewer steps';
  return dataKey(stored) === dataKey(best) ? 'made before' : 'made on other images';
}
