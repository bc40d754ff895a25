import {
  askedRuns,
  declarationHash,
  labelKey,
  type Labels,
  type Plan,
  type PlannedRun,
  suggestion,
} from '@spatial-ensemble/record';
import { readPlans, type RunOnDisk, surveyRuns } from '@spatial-ensemble/store';

/** What a study calls a run. */
export interface Place {
  readonly study: string;
  readonly planned: PlannedRun;
  /** Whether the run is what the study declares in that place now; else it is of an earlier declaration. */
  readonly current: boolean;
}

/** A run of a store, and what it stands for. */
export interface KnownRun extends RunOnDisk {
  readonly places: readonly Place[];
}

/** A store with its plans. */
export interface Inventory {
  readonly store: string;
  readonly runs: readonly KnownRun[];
  readonly plans: readonly Plan[];
  /** What is wrong with each plan that cannot be read. */
  readonly damagedPlans: readonly string[];
}

/** Looks through a store. @param now tells who still trains from who left a claim behind */
export async function takeInventory(store: string, now: Date): Promise<Inventory> {
  const damagedPlans: string[] = [];
  const plans = (await readPlans(store, (problem) => damagedPlans.push(problem))).map(({ plan }) => plan);
  const runs = (await surveyRuns(store, now)).map((run) => ({ ...run, places: placesOf(run, plans) }));
  return { store, runs, plans, damagedPlans };
}

function placesOf({ short, stored }: RunOnDisk, plans: readonly Plan[]): Place[] {
  const declaration = stored && declarationHash(stored.result.run);
  return plans.flatMap((plan) =>
    askedRuns(plan).flatMap((planned) => {
      const study = plan.study.name;
      const at = planned.identities.findIndex((identity) => identity.startsWith(short));
      const declared = declaration === planned.declaration;
      if (at === -1 && !declared) return [];
      // Without a result, what was asked for last is what is declared now.
      return [{ study, planned, current: stored === undefined ? at === planned.identities.length - 1 : declared }];
    }),
  );
}

/** `quickstart small sts, seed 1`; with what `--set` made of it, `… seed 1, --set steps=20`. */
export function placeText({ study, planned }: Pick<Place, 'study' | 'planned'>): string {
  const { overrides = [] } = planned;
  return [`${study} ${labelsText(planned)}`, ...overrides.map((text) => `--set ${text}`)].join(', ');
}

/** `small labels-40 sts linear, seed 1`. */
export function labelsText({ tier, variant, arm, evaluation, seed }: Labels): string {
  return `${[tier, variant, arm, evaluation].filter((part) => part !== undefined).join(' ')}, seed ${seed}`;
}

/**
 * The run that a beginning of its identity names.
 *
 * @throws Error where there is none, or more than one
 */
export function findRun({ runs, store }: Inventory, reference: string): KnownRun {
  const digits = reference.split('/').at(-1) ?? '';
  const found = runs.filter(
    ({ short }) => digits.length >= 4 && (short.startsWith(digits) || digits.startsWith(short)),
  );
  const [run, ...others] = found;
  if (run === undefined)
    throw new Error(
      `no run ${reference} in ${store}: give the first digits of an identity, four at least.${suggestion(
        digits,
        runs.map(({ short }) => short),
      )} \`npx spatial-ensemble list\` shows all.`,
    );
  if (others.length > 0)
    throw new Error(`${reference} may be ${found.map(({ short }) => short).join(' or ')}: give more digits`);
  return run;
}

/** The runs that a study planned in one place: the trained one and its evaluations. */
export function sameArm(a: Labels, b: Labels): boolean {
  return labelKey({ ...a, evaluation: undefined }) === labelKey({ ...b, evaluation: undefined });
}
