export { Along, Coordinate } from './along.ts';
export { canonicalJson, hash, type Json, type JsonObject } from './canonical-json.ts';
export { sealed, unsealed, type Sealed } from './sealed.ts';
export { json, jsonObject, rule, tier, whose, type Rule, type Seeds, type Tier, type Whose } from './fields.ts';
export { Alternative, Claim, claimHash, comparedNetworks, Comparison, Gate, plannedPairs } from './claim.ts';
export { reportsCommand, runCommand } from './commands.ts';
export { CrossedSeeds, seedsOfRun } from './crossed-seeds.ts';
export { Factor, factorHash, FactorSeries } from './factor.ts';
export { failureHash, FailureRate } from './failure-rate.ts';
export { leaves } from './leaves.ts';
export type { KnownData, Problem } from './known-data.ts';
export { BASELINES, isBaseline, marginsOf, type Baseline, type Margin } from './margins.ts';
export type { LookedLine, MetricsLine, TrainedLine, Window } from './metrics-line.ts';
export { applyOverrides, applyPatch, parseOverride, type Override } from './overrides.ts';
export { PaperCell, PublishedSpread, Tolerance } from './paper-cell.ts';
export { CellOrigin, NOT_AVAILABLE, PaperTable, PaperTableCell } from './paper-table.ts';
export { OtherFormat, parse, SchemaError } from './parse.ts';
export {
  type Declared,
  declaredAs,
  declaredInBoth,
  Departure,
  FormerRun,
  type Labels,
  labelKey,
  askedRuns,
  Plan,
  PlannedRun,
  planText,
  Sweep,
  SweptRun,
} from './plan.ts';
export { type Epoch, type MeasurementRecipe, type Recipe, type Score, topOne } from './recipe.ts';
export { infoText, Measure, Result, resultBytes, RunInfo, SplitRecord, type StoredResult } from './result.ts';
export { resultsInPlace } from './results-in-place.ts';
export { Arithmetic, DataManifest, declarationHash, identity, RunSpec, Segment, shortIdentity } from './run-spec.ts';
export { Evidence, MetricDeclaration, MOST_POINTS, Series, seriesKey, type MetricDeclarations } from './series.ts';
export {
  Arm,
  ArmRole,
  Cost,
  Evaluation,
  Headline,
  Patch,
  PublishedRecipe,
  Study,
  TierDeclaration,
  Variant,
  type StudyInput,
} from './study.ts';
export { nearest, suggestion } from './suggest.ts';
export { sweptValues, type SweptValues } from './swept-values.ts';
export { UnusableRun } from './unusable-run.ts';
