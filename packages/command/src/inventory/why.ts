import { type Labels, type Plan, shortIdentity, suggestion, type Tier } from '@spatial-ensemble/record';
import { arithmeticText, type RunOfArm, runStates } from '@spatial-ensemble/report';
import { readResults } from '@spatial-ensemble/store';
import type { z } from 'zod';
import { numberText } from '../measures-text.ts';
import type { Origin, Why } from './formats.ts';
import { besideOptions, commandOf } from './command-of.ts';
import { type Inventory, labelsText } from './inventory.ts';

/** What narrows the cells of an arm down. */
export interface Within {
  readonly tier?: Tier;
  readonly variant?: string;
  readonly seed?: number;
}

/**
 * Where the numbers of an arm come from: for each planned run of it the result that counts, and the command that makes
 * it again.
 *
 * @param cell `STUDY/ARM`, or `TABLE/CELL` of the paper, which is the arm of a study.
 * @throws Error that names what there is, where there is no such cell
 */
export async function whyCell(inventory: Inventory, cell: string, within: Within = {}): Promise<z.infer<typeof Why>> {
  const { plan, arm, states } = await cellStates(inventory, cell, within);
  return {
    format: 'spatial-ensemble/why-1',
    study: plan.study.name,
    arm,
    origins: states.map((state) => originOf(plan, state)),
  };
}

/** The planned runs of an arm and how each stands. @throws Error as `whyCell` does */
export async function cellStates(
  { plans, store }: Pick<Inventory, 'plans' | 'store'>,
  cell: string,
  within: Within,
): Promise<{ readonly plan: Plan; readonly arm: string; readonly states: readonly RunOfArm[] }> {
  const { plan, arm, ...of } = armOf(plans, cell, store);
  const states = runStates(plan, await readResults(store)).filter(({ planned }) =>
    isWithin(planned, arm, { ...of, ...within }),
  );
  if (states.length === 0) throw new Error(`${plan.study.name} plans no run of ${arm} there`);
  return { plan, arm, states };
}

function armOf(
  plans: readonly Plan[],
  cell: string,
  store: string,
): { readonly plan: Plan; readonly arm: string } & Within {
  const [first = '', second = ''] = cell.split('/');
  const ofPaper = plans
    .flatMap((plan) => plan.study.paper.map((one) => ({ plan, one })))
    .find(({ one }) => one.table === first && one.cell === second && one.arm !== undefined);
  if (ofPaper?.one.arm !== undefined) {
    // The paper's cells stand at its tier; one that names no variant belongs to the first.
    const variant = ofPaper.one.variant ?? Object.keys(ofPaper.plan.study.variants ?? {})[0];
    return { plan: ofPaper.plan, arm: ofPaper.one.arm, tier: 'paper', ...(variant !== undefined && { variant }) };
  }
  const plan = plans.find(({ study }) => study.name === first);
  const names = plans.map(({ study }) => study.name);
  if (plan === undefined) throw new Error(`there is no study '${first}' in ${store}.${suggestion(first, names)}`);
  const arms = Object.keys(plan.study.arms);
  if (!arms.includes(second)) throw new Error(`${first} has no arm '${second}'.${suggestion(second, arms)}`);
  return { plan, arm: second };
}

function isWithin(planned: Labels, arm: string, { tier, variant, seed }: Within): boolean {
  return (
    planned.arm === arm &&
    (tier === undefined || planned.tier === tier) &&
    (variant === undefined || planned.variant === variant) &&
    (seed === undefined || planned.seed === seed)
  );
}

function originOf({ study }: Plan, { planned, state }: RunOfArm): Origin {
  const { tier, variant, seed, evaluation } = planned;
  const stored = 'stored' in state ? state.stored : undefined;
  const run = stored?.result.run;
  const beside = run && besideOptions(run.arithmetic);
  return {
    tier,
    ...(variant !== undefined && { variant }),
    seed,
    ...(evaluation !== undefined && { evaluation }),
    state: state.kind,
    ...('why' in state && { why: state.why }),
    ...(stored && {
      run: shortIdentity(stored.result.identity),
      file: stored.file,
      ...(stored.info && { startedAt: stored.info.startedAt, commit: stored.info.commit }),
    }),
    ...(run && { arithmetic: arithmeticText(run.arithmetic) }),
    measures: stored?.result.measures ?? [],
    command: commandOf(study, planned, run),
    ...(beside !== undefined && { beside }),
  };
}

export function whyText({ study, arm, origins }: z.infer<typeof Why>): string {
  const blocks = origins.map((origin) => {
    const { state, why, run, file, startedAt, commit, arithmetic, measures, command, beside } = origin;
    const labels = labelsText({ ...origin, arm });
    return [
      `${labels}: ${state}${why === undefined ? '' : ` (${why})`}${run === undefined ? '' : `, run ${run}`}`,
      ...measures.map(
        ({ name, whose, split, rule, value, unit, n }) =>
          `  ${name}${whose === 'none' ? '' : `, ${whose}`}: ${numberText(value)} ${unit} of ${n} ${split} images, ${rule}`,
      ),
      ...(file === undefined ? [] : [`  ${file}`]),
      ...(startedAt === undefined ? [] : [`  begun ${startedAt}, commit ${commit ?? 'unknown'}; ${arithmetic}`]),
      `  ${command}`,
      ...(beside === undefined ? [] : [`  no option asks for ${beside}`]),
    ].join('\n');
  });
  return [`${study}, arm ${arm}`, ...blocks].join('\n\n');
}
