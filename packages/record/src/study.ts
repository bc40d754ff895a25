import { z } from 'zod';

import { Claim, claimProblems, Gate, nameOfClaim } from './claim.ts';
import { CrossedSeeds, crossedProblems } from './crossed-seeds.ts';
import { Factor, factorProblems } from './factor.ts';
import { failureProblems, FailureRate } from './failure-rate.ts';
import { json, jsonObject, name, rule, seed, seeds, tier, whose } from './fields.ts';
import { PaperCell } from './paper-cell.ts';
import { StandsOn, standsOnProblems } from './stands-on.ts';
import { suggestion } from './suggest.ts';
import { wiringProblems } from './wiring.ts';

/** How a published number was made, in our terms. */
export const PublishedRecipe = z.strictObject({
  /** What it is called in reports. */
  title: z.string().min(1),
  /** Repository and commit, or paper and section. */
  source: z.string().min(1),
  /** Validated by the method's schema, whose own values hold where nothing is said. */
  spec: jsonObject,
  /** What differs from the study's own data. */
  data: jsonObject.default({}),
  /** The runs that a gate holds against its number, where it is of no cell of the paper. Absent: those of the cells that name it. */
  anchors: z
    .strictObject({
      /** Where these runs are declared. */
      tier,
      /** Theirs, which a gate of the kind `anchor` names too. */
      arm: name,
    })
    .optional(),
});
export type PublishedRecipe = z.infer<typeof PublishedRecipe>;

/** What one run costs, known before it starts. */
export const Cost = z.strictObject({
  /** Hours on one GPU. */
  gpuHours: z.number().nonnegative().optional(),
  /** Minutes on the processor's cores. */
  cpuMinutes: z.number().nonnegative().optional(),
  /**
   * Floating-point operations that the hardware gets done in a second. The command counts those of a run in its traced
   * step and says the hours that follow, which needs no data.
   */
  flopPerSecond: z.number().positive().optional(),
  /** `8 GPUs of 11 GB`, `2 CPU cores`. */
  hardware: z.string().min(1),
  /** How the number was come by: arithmetic over a throughput, or measured. */
  basis: z.string().min(1),
});
export type Cost = z.infer<typeof Cost>;

/** Differences to the base: merged by `applyPatch` into what the study declares under the same names. */
export const Patch = z.strictObject({
  /** What is another in the method's spec. */
  spec: jsonObject.optional(),
  /** What is another of its images. */
  data: jsonObject.optional(),
  /** By the evaluation's name. */
  evaluations: z
    .record(
      name,
      z.strictObject({
        /** What is another in its spec. */ spec: jsonObject.optional(),
        /** What is another of its images. */ data: jsonObject.optional(),
      }),
    )
    .optional(),
  /** By the measurement's name. */
  measurements: z.record(name, jsonObject).optional(),
});
export type Patch = z.infer<typeof Patch>;

/**
 * `method`: one of the kinds of teacher compared. `control`: an arm that makes the comparison fair (TMA at the
 * effective momentum). `reference`: what the others are to be read against (supervised on the same labels).
 */
export const ArmRole = z.enum(['method', 'control', 'reference']);
export type ArmRole = z.infer<typeof ArmRole>;

export const Arm = z.strictObject({
  /** Its row in tables. */
  title: z.string().min(1),
  role: ArmRole.default('method'),
  patch: Patch.default({}),
});
export type Arm = z.infer<typeof Arm>;

/** One setting of a study that is not an arm: 200, 300 or 1000 epochs; 40, 250 or 4000 labels. */
export const Variant = z.strictObject({
  /** The heading of its tables. */
  title: z.string().min(1),
  patch: Patch.default({}),
  /** Where it exists; absent: at every tier. */
  tiers: z.array(tier).min(1).optional(),
});
export type Variant = z.infer<typeof Variant>;

export const TierDeclaration = z.strictObject({
  patch: Patch.default({}),
  /** Differences of single arms at this tier, merged last: a momentum fits a length of run. */
  arms: z.record(name, Patch).optional(),
  /** The arms that the plain command runs; absent: all. */
  plainArms: z.array(name).min(1).optional(),
  /** Replaces the study's seeds. */
  seeds: z.array(seed).min(1).optional(),
  cost: Cost.optional(),
  /** Why its numbers can decide nothing, and show only that everything fits together: a sentence. Absent: they can. */
  wiring: z.string().min(1).optional(),
});
export type TierDeclaration = z.infer<typeof TierDeclaration>;

/** Something that is trained on the weights of every run of a study, once that is finished: a run of its own. */
export const Evaluation = z.strictObject({
  /** What it is called in reports. */
  title: z.string().min(1),
  /** The name of the method that evaluates. */
  method: name,
  /** Whose weights it starts from; `untrained`: those before the first step. */
  whose: z.enum(['student', 'teacher', 'untrained']),
  /** Validated by the evaluating method's schema. */
  spec: jsonObject,
  /** Differences to the data of the run that is evaluated. */
  data: jsonObject.optional(),
  /** Where it takes place, `smoke` derived from the first tier included; absent: at every tier. */
  tiers: z.array(tier).min(1).optional(),
});
export type Evaluation = z.infer<typeof Evaluation>;

/** The number that a table's main column holds. */
export const Headline = z.strictObject({
  /** A measure's name: `accuracy`. */
  metric: z.string().min(1),
  /** The images that it is measured on. */
  split: z.string().min(1).default('test'),
  /** Whose number the method itself would report first; the other's is shown beside it. */
  whose: whose.exclude(['none']),
  /** Which checkpoint counts: the last step, or the median over the last 20 checkpoints. */
  rule: rule.exclude(['best-on-test']),
});
export type Headline = z.infer<typeof Headline>;

/**
 * What an experiment file declares: everything but the code. A run's spec is
 * base ← tier ← variant ← arm ← arm at this tier ← command line, later ones winning.
 */
export const Study = z
  .strictObject({
    /** Its name in commands and folders, that of its file: `fixmatch-cifar10`. */
    name,
    /** The title of its report. */
    title: z.string().min(1),
    /** What is compared, and how to read the outcome, in a sentence or three. */
    description: z.string().min(1).optional(),
    /** The cells of the paper it stands for; empty where it stands for none. */
    paper: z.array(PaperCell),
    /** What those cells are of, by the names that they give. */
    recipes: z.record(name, PublishedRecipe).optional(),
    /** Of one run at the first tier; a tier may declare its own. */
    cost: Cost,
    /** The method's name; its version comes from its code. */
    method: name,
    /** What `datasets` is asked for. `source` names the data set; the rest is for its own schema. */
    data: z
      .object({
        /** Which data set, by its name. */
        source: z.string().min(1),
      })
      .catchall(json),
    /** The method's spec, validated by the method's schema. */
    spec: jsonObject,
    /** Runs that start from each finished run; their measures stand in the same row of the table. */
    evaluations: z.record(name, Evaluation).optional(),
    /** What is measured after a run's last step, with its spec; part of the run's identity. */
    measurements: z.record(name, jsonObject).optional(),
    /** What is compared, in the order of the tables' rows: each differs from the base by its patch. */
    arms: z.record(name, Arm).refine((arms) => Object.keys(arms).length > 0, 'a study needs at least one arm'),
    /** The first is what the plain command runs; absent: there is one setting only. */
    variants: z.record(name, Variant).optional(),
    /** A run of each arm for each of them. */
    seeds: z.array(seed).min(1),
    /** Parts that have the same seed in all runs, whatever a run's own is: `{ split: 1 }` keeps the labelled images. */
    fixedSeeds: seeds
      .partial()
      .refine((fixed) => Object.keys(fixed).length < Object.keys(seeds.shape).length, {
        error: 'keeps every part, so all seeds would be one run; leave one part out',
      })
      .optional(),
    /** Splits and trainings are crossed: `seeds` names their pairs in order, all trainings of the first split first. */
    crossed: CrossedSeeds.optional(),
    /** The first is the default. `smoke` need not be declared: it derives from any spec. */
    tiers: z.partialRecord(tier, TierDeclaration).refine((tiers) => Object.keys(tiers).length > 0, {
      error: 'a study needs at least one tier',
    }),
    headline: Headline,
    /** What must be shown in a setting before claims mean anything there. */
    gates: z.record(name, Gate).optional(),
    /** What the study is to decide, declared before it is run: the plan says which results there were by then. */
    claims: z.record(nameOfClaim, Claim).optional(),
    /** The settings that it steps through, declared before it is run too. */
    factors: z.record(name, Factor).optional(),
    /** Of which arms it counts the failures, declared before it is run too. */
    failures: z.record(name, FailureRate).optional(),
    /**
     * Gates that stand behind whatever names no gate of its own: of other studies, asked in the same setting there, where a
     * study has no arm that its gate would need; its own behind its factors and failure rates. Reports name them and how
     * they stand; they decide nothing, so that they may be said later.
     */
    standsOn: z.array(StandsOn).min(1).optional(),
  })
  .check((context) => {
    const { paper, arms, variants, seeds: ofStudy } = context.value;
    const refuse = (path: PropertyKey[], message: string): void => {
      context.issues.push({ code: 'custom', input: context.value, path, message });
    };
    paper.forEach((cell, i) => {
      if (cell.arm !== undefined && !Object.hasOwn(arms, cell.arm)) {
        refuse(['paper', i, 'arm'], `no arm is called '${cell.arm}'; there are ${Object.keys(arms).join(', ')}`);
      }
      if (cell.variant !== undefined && !Object.hasOwn(variants ?? {}, cell.variant)) {
        refuse(['paper', i, 'variant'], `no variant is called '${cell.variant}'`);
      }
      const recipes = Object.keys(context.value.recipes ?? {});
      if (cell.recipe !== undefined && !recipes.includes(cell.recipe))
        refuse(['paper', i, 'recipe'], `no recipe is called '${cell.recipe}'.${suggestion(cell.recipe, recipes)}`);
      if (cell.recipe !== undefined && cell.arm === undefined)
        refuse(['paper', i, 'recipe'], 'a recipe is held against an arm; name the cell’s arm');
    });
    for (const [recipe, { anchors }] of Object.entries(context.value.recipes ?? {})) {
      if (anchors === undefined) continue;
      const path = ['recipes', recipe, 'anchors'];
      const [known, declared] = [Object.keys(arms), Object.keys(context.value.tiers)];
      if (!known.includes(anchors.arm))
        refuse([...path, 'arm'], `no arm is called '${anchors.arm}'.${suggestion(anchors.arm, known)}`);
      if (!declared.includes(anchors.tier))
        refuse([...path, 'tier'], `no tier is called '${anchors.tier}'.${suggestion(anchors.tier, declared)}`);
      const gates = Object.values(context.value.gates ?? {});
      if (!gates.some((gate) => gate.kind === 'anchor' && gate.arm === anchors.arm))
        refuse([...path, 'arm'], `no gate holds the arm '${anchors.arm}' against a published number (kind: 'anchor')`);
    }
    const tiers = Object.entries(context.value.tiers);
    const twice = (values: readonly unknown[]): unknown => values.find((value, i) => values.indexOf(value) !== i);
    for (const [tierName, { arms: ofArms = {}, plainArms = [], seeds: ofTier = [] }] of tiers) {
      if (twice(ofTier) !== undefined)
        refuse(['tiers', tierName, 'seeds'], `the seed ${String(twice(ofTier))} twice would count one run twice`);
      if (twice(plainArms) !== undefined)
        refuse(['tiers', tierName, 'plainArms'], `names the arm '${String(twice(plainArms))}' twice`);
      for (const arm of [...Object.keys(ofArms), ...plainArms].filter((one) => !Object.hasOwn(arms, one))) {
        refuse(['tiers', tierName, arm], `no arm is called '${arm}'; there are ${Object.keys(arms).join(', ')}`);
      }
    }
    const patches: [PropertyKey[], Patch][] = [
      ...tiers.flatMap(([tierName, { patch, arms: ofArms = {} }]): [PropertyKey[], Patch][] => [
        [['tiers', tierName, 'patch'], patch],
        ...Object.entries(ofArms).map(([arm, one]): [PropertyKey[], Patch] => [['tiers', tierName, 'arms', arm], one]),
      ]),
      ...Object.entries(variants ?? {}).map(([variantName, { patch }]): [PropertyKey[], Patch] => [
        ['variants', variantName, 'patch'],
        patch,
      ]),
      ...Object.entries(arms).map(([arm, { patch }]): [PropertyKey[], Patch] => [['arms', arm, 'patch'], patch]),
    ];
    for (const [path, patch] of patches) {
      for (const kind of ['evaluations', 'measurements'] as const) {
        const declared = Object.keys(context.value[kind] ?? {});
        for (const name of Object.keys(patch[kind] ?? {}).filter((one) => !declared.includes(one))) {
          refuse([...path, kind, name], `changes what is not declared.${suggestion(name, declared)}`);
        }
      }
    }
    const parts = [claimProblems, factorProblems, failureProblems, crossedProblems, wiringProblems, standsOnProblems];
    for (const [path, message] of parts.flatMap((of) => of(context.value))) refuse(path, message);
    if (twice(ofStudy) !== undefined)
      refuse(['seeds'], `the seed ${String(twice(ofStudy))} twice would count one run twice`);
  });
export type Study = z.infer<typeof Study>;
/** A study as one writes it: what has a default may be left out. */
export type StudyInput = z.input<typeof Study>;
