// Learning-rate schedules as factors of the base rate: float64 functions of the step (counted from 0) on the host.
// Their value is fed to a compiled step as a tensor.

/** A factor of the base learning rate at a step of a run of `steps` steps. */
export type Schedule = (step: number, steps: number) => number;

/** The base rate throughout. */
export const constantRate: Schedule = () => 1;

/**
 * FixMatch's cosine: cos(7πk/16K), from 1 to 0.195, without warm-up (google-research/fixmatch@d4985a15 fixmatch.py;
 * methods.md 1.3).
 */
export const sevenSixteenthsCosine: Schedule = (step, steps) => Math.cos((7 * Math.PI * step) / (16 * steps));

/** MoCo v2's half cosine from 1 to 0 (facebookresearch/moco@87e36d39 main_moco.py, there by epoch). */
export const halfCosine: Schedule = (step, steps) => 0.5 * (1 + Math.cos((Math.PI * step) / steps));

/**
 * BYOL's: linear from 0 over the first `warmup` steps, then a half cosine to 0
 * (google-deepmind/deepmind-research@f5de0ede byol/utils/schedules.py; methods.md 1.3).
 */
export function warmedUpCosine(warmup: number): Schedule {
  return (step, steps) => (step < warmup ? step / warmup : halfCosine(step - warmup, steps - warmup));
}
