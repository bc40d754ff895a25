// Learning-rate schedules as factors of the base rate: float64 functions of the step (counted from 0) on the host.
// Their value is fed to a compiled step as a tensor.

/** A factor of the base learning rate at a step of a run of `steps` steps. */
export type Schedule = (step: number, steps: number) => number;

/** The base rate throughout. */
export const constantRate: Schedule = () => 1;

/**
 * FixMatch's cosine: cos(7πk/16K), from 1 to 0.195, without warm-up (google-research/fixmatch@d4985a15 fixmatch.py).
 */
export const sevenSixteenthsCosine: Schedule = (step, steps) => Math.cos((7 * Math.PI * step) / (16 * steps));

/** MoCo v2's half cosine from 1 to 0 (facebookresearch/moco@87e36d39 main_moco.py, there by epoch). */
export const halfCosine: Schedule = (step, steps) => 0.5 * (1 + Math.cos((Math.PI * step) / steps));

/**
 * BYOL's: linear from 0 over the first `warmup` steps, then a half cosine to 0
 * (google-deepmind/deepmind-research@f5de0ede byol/utils/schedules.py).
 */
export function warmedUpCosine(warmup: number): Schedule {
  return (step, steps) => (step < warmup ? step / warmup : halfCosine(step - warmup, steps - warmup));
}

/**
 * The official STS code's `warmcos`: linear from 1e-6 to the base rate over `warmup` steps, then a half cosine to 0,
 * renewed AFTER each step by a counter from 1, so that step 0 runs at the first value and step k at that of k
 * (tengteng95/Spatial_Ensemble@e94a54b, in spatial_ensemble/: utils/__init__.py, exps/sts/sts_exp.py).
 *
 * @param from 1e-6 over the base rate: a factor, as everything here.
 */
export function warmedUpFrom(from: number, warmup: number): Schedule {
  return (step, steps) =>
    step < warmup ? from + ((1 - from) * step) / warmup : halfCosine(step - warmup, steps - warmup);
}

/** A schedule by epoch: constant within each, as MoCo's (facebookresearch/moco@87e36d39 main_moco.py). */
export function byEpoch(schedule: Schedule, stepsPerEpoch: number): Schedule {
  return (step, steps) => schedule(Math.floor(step / stepsPerEpoch), steps / stepsPerEpoch);
}

/** Times `factor` at each of the `milestones`, shares of the run: MoCo v1's ×0.1 at 0.6 and 0.8. */
export function stepwise(milestones: readonly number[], factor: number): Schedule {
  return (step, steps) => factor ** milestones.filter((share) => step >= share * steps).length;
}
