export { canonicalJson, hash, type Json, type JsonObject } from './canonical-json.ts';
export { json, jsonObject, network, rule, tier, type Network, type Rule, type Tier } from './fields.ts';
export type { KnownData, Problem } from './known-data.ts';
export { BASELINES, isBaseline, marginsOf, type Baseline, type Margin } from './margins.ts';
export type { MetricsLine, Window } from './metrics-line.ts';
export { applyOverrides, applyPatch, parseOverride, type Override } from './overrides.ts';
export { CellOrigin, NOT_AVAILABLE, PaperTable, PaperTableCell } from './paper-table.ts';
export { parse, SchemaError } from './parse.ts';
export { Plan, PlannedRun } from './plan.ts';
export { type Epoch, type MeasurementRecipe, type Recipe, type Score, topOne } from './recipe.ts';
export { CurvePoint, Evidence, Measure, Result, resultBytes, RunInfo, SplitRecord } from './result.ts';
export { Arithmetic, DataManifest, declarationHash, identity, RunSpec, shortIdentity } from './run-spec.ts';
export {
  Arm,
  ArmRole,
  Cost,
  Evaluation,
  Headline,
  PaperCell,
  Patch,
  Study,
  TierDeclaration,
  Variant,
  type StudyInput,
} from './study.ts';
export { nearest, suggestion } from './suggest.ts';
export { UnusableRun } from './unusable-run.ts';
