import { z } from 'zod';

import { type Json, hash } from './canonical-json.ts';
import { name, tier, whose } from './fields.ts';
import { BASELINES } from './margins.ts';
import { Tolerance } from './paper-cell.ts';
import { suggestion } from './suggest.ts';

/** Whose number is meant: of a run's two networks one. */
const network = whose.exclude(['none']);

/** One arm minus another, or a network of an arm's runs minus their other one, over the seeds that both have. */
export const Comparison = z.strictObject({
  /** The arm from which the other one is taken. */
  arm: name,
  /** The same arm where teacher and student of its runs are held against each other. */
  over: name,
  /** A measure beside the headline's, of the same images and checkpoint; absent: the headline's. */
  metric: z.string().min(1).optional(),
  /** Whose number of `arm`; absent: whose the headline is. */
  whose: network.optional(),
  /** Whose number of `over`; absent: as of `arm`. Given with `whose` alone, so that every text says both. */
  overWhose: network.optional(),
});
export type Comparison = z.infer<typeof Comparison>;

/** How far from 0 still counts as no difference, in the metric's unit; above 0. */
const margin = z.number().positive();

/** What a claim says of its comparison. */
export const Alternative = z.discriminatedUnion('kind', [
  z.strictObject({
    /** The arm lies above the other. */
    kind: z.literal('greater'),
  }),
  z.strictObject({
    /** The arm lies below the other. */
    kind: z.literal('less'),
  }),
  z.strictObject({
    /** They differ. */
    kind: z.literal('two-sided'),
  }),
  z.strictObject({
    /** They differ by less than the margin. */
    kind: z.literal('equivalent'),
    margin,
  }),
  z.strictObject({
    /** The arm is not below the other by the margin or more. */
    kind: z.literal('not-worse'),
    margin,
  }),
]);
export type Alternative = z.infer<typeof Alternative>;

/** What must be shown in the same setting before a claim means anything there. */
export const Gate = z.discriminatedUnion('kind', [
  z.strictObject({
    /** The comparison lies above 0, its 95 % interval without 0: smoothing matters here at all. */
    kind: z.literal('difference'),
    /** As the report has it, in words. */
    title: z.string().min(1),
    compare: Comparison,
  }),
  z.strictObject({
    /** Each of the arms lies above each of the baselines, their 95 % intervals without 0: the features are worth something. */
    kind: z.literal('baselines'),
    title: z.string().min(1),
    /** Each of which must pass. */
    arms: z.array(name).min(1),
    /** The measure `<metric>`, beside `<metric>-pixels`, `<metric>-pca`; absent: the headline's. */
    metric: z.string().min(1).optional(),
    /** What needs no training: the untrained encoder, the pixels, their principal components. */
    baselines: z.array(z.enum(BASELINES)).min(1),
  }),
  z.strictObject({
    /** Each of the arms lies above a number, the 95 % interval of its mean without it: more than guessing comes to. */
    kind: z.literal('above'),
    title: z.string().min(1),
    arms: z.array(name).min(1),
    metric: z.string().min(1).optional(),
    whose: network.optional(),
    /** The number, in the measure's unit. */
    than: z.number(),
  }),
  z.strictObject({
    /** Hardly a run of the arms lies above a number: of no more than a share of them the attacks cannot be believed. */
    kind: z.literal('at-most'),
    title: z.string().min(1),
    arms: z.array(name).min(1),
    metric: z.string().min(1).optional(),
    whose: network.optional(),
    /** The number, in the measure's unit. */
    most: z.number(),
    /** Share of the runs of all arms that may lie above it: of what luck alone shows now and then. */
    except: z.number().min(0).max(1).default(0),
  }),
  z.strictObject({
    /** A published number is met: the 95 % interval of the arm's mean lies above it, or above it less its tolerance. */
    kind: z.literal('anchor'),
    title: z.string().min(1),
    /** Whose mean meets it. */
    arm: name,
    metric: z.string().min(1).optional(),
    /** The published number. */
    expected: z.number(),
    /** Absent: none, where no source says how much its runs differ. */
    tolerance: Tolerance.optional(),
    /** Where the expected number stands. */
    source: z.string().min(1),
  }),
]);
export type Gate = z.infer<typeof Gate>;

/** What a claim is called. Reports have places of these names for a section's gates, factors and failure rates. */
export const nameOfClaim = name.refine((given) => !/^(gates$|factor-|failures-)/.test(given), {
  error: 'is a name that reports need themselves; call a claim neither gates nor factor-… nor failures-…',
});

/** A sentence that a study sets out to decide, declared before it is run. */
export const Claim = z.strictObject({
  /** In words: `STS is better than TMA of the same mean age`. */
  hypothesis: z.string().min(1),
  compare: Comparison,
  alternative: Alternative,
  /** The smallest difference that anyone would care about, in the metric's unit. */
  smallestEffect: z.number().positive(),
  /** The p-values of all primary claims of a setting are adjusted together (Holm); secondary ones stand alone. */
  family: z.enum(['primary', 'secondary']).default('primary'),
  /** Gates that must be open in the same setting. */
  gates: z.array(name).default([]),
  /** Pairs that are planned. */
  pairs: z.int().min(2),
  /**
   * Pairs that are planned at a tier since the spread of its first `pairs` was looked at, without their signs: no verdict
   * comes there before all of them. Not below `pairs`; absent: it was not looked at, or they were enough.
   */
  extendedTo: z.partialRecord(tier, z.int().min(2)).optional(),
  /** When no more pairs are added, in words. */
  stopping: z.string().min(1),
  /** Where it is asked; absent: at every tier but `smoke`. */
  tiers: z.array(tier).min(1).optional(),
  /** Absent: in every variant. */
  variants: z.array(name).min(1).optional(),
  /** Published numbers that ask the same in a setting of their own: in `paper.md` the verdict stands beside them. */
  about: z
    .array(z.strictObject({ table: name, cell: name }))
    .min(1)
    .optional(),
});
export type Claim = z.infer<typeof Claim>;

/** What of a study its claims are about. */
interface Claiming {
  readonly arms: Readonly<Record<string, unknown>>;
  readonly variants?: Readonly<Record<string, unknown>> | undefined;
  readonly tiers: Readonly<Record<string, unknown>>;
  readonly headline: Readonly<Record<string, Json>>;
  readonly gates?: Readonly<Record<string, Gate>> | undefined;
  readonly claims?: Readonly<Record<string, Claim>> | undefined;
}

/** Whose numbers a comparison holds against each other. */
export function comparedNetworks(
  { whose: above, overWhose: below }: Pick<Comparison, 'whose' | 'overWhose'>,
  headline: Network,
): readonly [above: Network, below: Network] {
  const first = above ?? headline;
  return [first, below ?? first];
}
type Network = z.infer<typeof network>;

/** What is wrong with the claims and gates of a study: names that it does not have, arms held against themselves. */
export function claimProblems(study: Claiming): [path: string[], message: string][] {
  const unknown = (path: string[], what: string, given: string, known: readonly string[]): [string[], string][] =>
    known.includes(given) ? [] : [[path, `no ${what} is called '${given}'.${suggestion(given, known)}`]];
  const arms = Object.keys(study.arms);
  const compared = (path: string[], { arm, over, ...of }: Comparison): [string[], string][] => {
    const [above, below] = comparedNetworks(of, study.headline['whose'] as Network);
    return [
      ...unknown([...path, 'arm'], 'arm', arm, arms),
      ...unknown([...path, 'over'], 'arm', over, arms),
      ...(of.overWhose !== undefined && of.whose === undefined
        ? [[[...path, 'overWhose'], `stands alone; say whose number of the arm '${arm}' is meant too: whose: '${above}'`] as [string[], string]] // prettier-ignore
        : []),
      ...(arm === over && above === below
        ? [[[...path, 'over'], `holds the ${above} of the arm '${arm}' against itself; to hold it against the ${above === 'teacher' ? 'student' : 'teacher'} of the same runs, say whose and overWhose`] as [string[], string]] // prettier-ignore
        : []),
    ];
  };
  const extension = (path: string[], { pairs, extendedTo = {}, tiers }: Claim): [string[], string][] => {
    const asked = tiers ?? Object.keys(study.tiers).filter((one) => one !== 'smoke');
    return Object.entries(extendedTo).flatMap(([at, more]) => [
      ...unknown(path, 'tier of this claim', at, asked),
      ...(more < pairs ? [[[...path, at], `must be at least the ${pairs} pairs that were planned before`] as [string[], string]] : []), // prettier-ignore
    ]);
  };
  const gates = Object.entries(study.gates ?? {}).flatMap(([gateName, gate]) => {
    const path = ['gates', gateName];
    if (gate.kind === 'difference') return compared([...path, 'compare'], gate.compare);
    const of = gate.kind === 'anchor' ? [gate.arm] : gate.arms;
    return of.flatMap((arm) => unknown([...path, gate.kind === 'anchor' ? 'arm' : 'arms'], 'arm', arm, arms));
  });
  const claims = Object.entries(study.claims ?? {}).flatMap(([claimName, claim]) => {
    const path = ['claims', claimName];
    return [
      ...extension([...path, 'extendedTo'], claim),
      ...compared([...path, 'compare'], claim.compare),
      ...claim.gates.flatMap((one) => unknown([...path, 'gates'], 'gate', one, Object.keys(study.gates ?? {}))),
      ...(claim.variants ?? []).flatMap((one) =>
        unknown([...path, 'variants'], 'variant', one, Object.keys(study.variants ?? {})),
      ),
      ...(claim.tiers ?? []).flatMap((one) => unknown([...path, 'tiers'], 'tier', one, Object.keys(study.tiers))),
    ];
  });
  return [...gates, ...claims];
}

/** The pairs before which a claim has no verdict at a tier: as planned, or since their spread was looked at. */
export function plannedPairs(
  { pairs, extendedTo }: Pick<Claim, 'pairs' | 'extendedTo'>,
  at: z.infer<typeof tier>,
): number {
  return extendedTo?.[at] ?? pairs;
}

/**
 * The hash of all that a claim says: its own words and numbers, the gates that it names, and what the headline is. What
 * it is `about` decides nothing, and to how many pairs it is `extendedTo` only puts its verdict off: both may be said later.
 */
export function claimHash({ claims, gates, headline }: Claiming, claimName: string): string {
  const claim = claims?.[claimName];
  if (claim === undefined) throw new Error(`no claim is called '${claimName}'`);
  const { about: _about, extendedTo: _extendedTo, ...said } = claim;
  const named = claim.gates.map((gate) => [gate, gates?.[gate] ?? null] as const);
  return hash({ claim: said, gates: Object.fromEntries(named), headline });
}
