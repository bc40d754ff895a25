export { amountsText, announce, declaredLengths } from './announce.ts';
export { costLines, declaredCost, hoursText, runFlops, type StepFlops } from './cost.ts';
export { declaredRuns } from './declared-runs.ts';
export { defineExperiment, type Experiment, type Extensions } from './experiment.ts';
export { knownBefore } from './known-before.ts';
export { plannedRuns, planOf, planWith } from './plan.ts';
export { resolveRuns, variantsAt } from './resolve.ts';
export { allRuns, type ResolvedRun } from './resolved-run.ts';
export type { Selection } from './selection.ts';
