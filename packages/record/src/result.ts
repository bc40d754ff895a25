import { z } from 'zod';

import { canonicalJson } from './canonical-json.ts';
import { network, rule, sha256 } from './fields.ts';
import { identity, RunSpec } from './run-spec.ts';

/** One measured number. */
export const Measure = z.strictObject({
  /** `accuracy`, `top5`, `knn`. */
  name: z.string().min(1),
  network,
  /** The images it was measured on: `test`, `held-out`. */
  split: z.string().min(1),
  rule,
  value: z.number(),
  /** `%`: shares are stored as percentages, 0 to 100. */
  unit: z.string(),
  /** Images it is the mean of. */
  n: z.int().positive(),
});
export type Measure = z.infer<typeof Measure>;

/**
 * A point of a run's curve: the step (after that many updates) and named numbers. Names that reports know:
 * `studentAccuracy`, `teacherAccuracy` (% of the held-out training images), `distance` (‖teacher − student‖ ÷
 * ‖student‖ over the parameters), `pseudoLabelAccuracy` and `maskRate` (%, over the unlabelled images since the last
 * point), `loss`.
 */
export const CurvePoint = z.object({ step: z.int().nonnegative() }).catchall(z.number());
export type CurvePoint = z.infer<typeof CurvePoint>;

/** How a split was drawn, so that anyone can check it. */
export const SplitRecord = z.strictObject({
  name: z.string().min(1),
  images: z.int().nonnegative(),
  /** SHA-256 of the canonical JSON of the list of image indices, in order. */
  indices: sha256,
  /** Images of each class. */
  perClass: z.array(z.int().nonnegative()).optional(),
});
export type SplitRecord = z.infer<typeof SplitRecord>;

/** What shows that the run did what its arm says. */
export const Evidence = z.strictObject({
  /** Mean over the steps of 1 − (1 − p)(1 − m(k)), with m(k) after schedule and warm-up. */
  effectiveMomentum: z.number().min(0).max(1).optional(),
  /** Mean age of the teacher's weights, in steps. */
  meanAge: z.number().nonnegative().optional(),
  /** Share of units that kept the teacher's value, over all steps. */
  preserveRate: z.number().min(0).max(1).optional(),
  /** % of the pseudo-labels above the threshold that are right, over the last tenth of the run. */
  pseudoLabelAccuracy: z.number().min(0).max(100).optional(),
  /** % of the unlabelled images whose pseudo-label is above the threshold, over the last tenth of the run. */
  maskRate: z.number().min(0).max(100).optional(),
  /** SHA-256 of the last checkpoint's tensors. */
  weights: sha256.optional(),
  /** Whatever else a method shows, by name. */
  more: z.record(z.string(), z.number()).optional(),
});
export type Evidence = z.infer<typeof Evidence>;

/** One run's outcome. Pure: the same run gives the same bytes. */
export const Result = z
  .strictObject({
    format: z.literal('spatial-ensemble/result-1'),
    identity: sha256,
    run: RunSpec,
    status: z.enum(['complete', 'partial']),
    steps: z.strictObject({ done: z.int().nonnegative(), total: z.int().positive() }),
    measures: z.array(Measure),
    /** Thinned to what a figure can show. */
    curve: z.array(CurvePoint).max(500),
    splits: z.array(SplitRecord),
    evidence: Evidence,
  })
  .check((context) => {
    const { identity: id, run, status, steps, curve } = context.value;
    const refuse = (path: PropertyKey[], message: string): void => {
      context.issues.push({ code: 'custom', input: context.value, path, message });
    };
    if (id !== identity(run)) refuse(['identity'], 'is not the identity of the run beside it; was the file edited?');
    if (steps.done > steps.total) refuse(['steps', 'done'], `is beyond the run's ${steps.total} steps`);
    if ((status === 'complete') !== (steps.done === steps.total)) {
      refuse(['status'], `is '${status}' after ${steps.done} of ${steps.total} steps`);
    }
    if (curve.some(({ step }, i) => i > 0 && step <= (curve[i - 1]?.step ?? -1))) {
      refuse(['curve'], 'steps must increase');
    }
  });
export type Result = z.infer<typeof Result>;

/** The bytes of a result file: canonical JSON and a newline. */
export function resultBytes(result: Result): string {
  return `${canonicalJson(result)}\n`;
}

/** `run.json`: what belongs to one execution of a run and differs between two executions of the same run. */
export const RunInfo = z.strictObject({
  format: z.literal('spatial-ensemble/run-1'),
  identity: sha256,
  /** ISO 8601, UTC. */
  startedAt: z.iso.datetime(),
  /** Wall time of all its sittings together. */
  seconds: z.number().nonnegative(),
  /** Share of the steps' time spent waiting for data, 0 to 1. */
  waitShare: z.number().min(0).max(1).optional(),
  /** Most memory that the process held at once. */
  peakMemoryMb: z.number().positive().optional(),
  host: z.strictObject({
    os: z.string(),
    cpu: z.string(),
    cores: z.int().positive(),
    memoryMb: z.number().positive(),
    gpu: z.string().optional(),
  }),
  /** `node`, `tensorflow`, …: versions of tools. */
  versions: z.record(z.string(), z.string()),
  commit: z.string().nullable(),
  /** Of the sources that the run loaded. */
  sourceHash: sha256.nullable(),
  command: z.string().optional(),
});
export type RunInfo = z.infer<typeof RunInfo>;
