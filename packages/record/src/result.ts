import { z } from 'zod';

import { Along } from './along.ts';
import { canonicalJson } from './canonical-json.ts';
import { rule, sha256, whose } from './fields.ts';
import { identity, RunSpec } from './run-spec.ts';
import { sealed } from './sealed.ts';
import { Evidence, Series, seriesKey } from './series.ts';

/** One measured number. */
export const Measure = z.strictObject({
  /** `accuracy`, `top5`, `knn`. */
  name: z.string().min(1),
  /** As a table prints it: `accuracy`, `nearest neighbours, untrained encoder`. */
  title: z.string().min(1),
  whose,
  /** The images it was measured on: `test`, `held-out`. */
  split: z.string().min(1),
  rule,
  value: z.number(),
  /** `%`: shares are stored as percentages, 0 to 100. */
  unit: z.string(),
  /** Images it is the mean of. */
  n: z.int().positive(),
  /** Where it stands among others, of which a figure and a table are made. Absent: it stands alone. */
  along: Along.optional(),
});
export type Measure = z.infer<typeof Measure>;

/** How a split was drawn, so that anyone can check it. */
export const SplitRecord = z.strictObject({
  name: z.string().min(1),
  images: z.int().nonnegative(),
  /** SHA-256 of the canonical JSON of the list of image indices, in order. */
  indices: sha256,
  /** Images of each class, by label. */
  perClass: z.array(z.int().nonnegative()).optional(),
});
export type SplitRecord = z.infer<typeof SplitRecord>;

/** One run's outcome. Pure: the same run gives the same bytes. */
export const Result = z
  .strictObject({
    format: z.literal('spatial-ensemble/result-5'),
    identity: sha256,
    run: RunSpec,
    status: z.enum(['complete', 'partial']),
    steps: z.strictObject({ done: z.int().nonnegative(), total: z.int().nonnegative() }),
    measures: z.array(Measure),
    series: z.array(Series),
    splits: z.array(SplitRecord),
    /** The classes' names, by label, as the images have them. Results of before they were recorded have none. */
    classes: z.array(z.string()).optional(),
    evidence: z.array(Evidence),
    /** SHA-256 of the last checkpoint's tensors. */
    weights: sha256.optional(),
  })
  .check((context) => {
    const { identity: id, run, status, steps, series, splits, classes, evidence } = context.value;
    const refuse = (path: PropertyKey[], message: string): void => {
      context.issues.push({ code: 'custom', input: context.value, path, message });
    };
    if (id !== identity(run)) refuse(['identity'], 'is not the identity of the run beside it; was the file edited?');
    if (steps.done > steps.total) refuse(['steps', 'done'], `is beyond the run's ${steps.total} steps`);
    // One that took all of its steps is partial until all images were looked at.
    if (status === 'complete' && steps.done !== steps.total)
      refuse(['status'], `is '${status}' after ${steps.done} of ${steps.total} steps`);
    const twice = (names: readonly string[]): string | undefined => names.find((one, i) => names.indexOf(one) !== i);
    const ofSeries = twice(series.map(seriesKey));
    if (ofSeries !== undefined) refuse(['series'], `has '${ofSeries}' twice`);
    evidence.forEach(({ unit, value }, i) => {
      if (unit === '%' && (value < 0 || value > 100))
        refuse(['evidence', i, 'value'], `must be a number in [0, 100], got ${value}`);
    });
    splits.forEach(({ perClass }, i) => {
      if (classes !== undefined && perClass !== undefined && perClass.length !== classes.length)
        refuse(['splits', i, 'perClass'], `has ${perClass.length} numbers, and there are ${classes.length} classes`);
    });
    const ofEvidence = twice(evidence.map(({ name }) => name));
    if (ofEvidence !== undefined) refuse(['evidence'], `has '${ofEvidence}' twice`);
    series.forEach(({ points }, i) => {
      const unordered = points.findIndex(([step], place) => step <= (points[place - 1]?.[0] ?? -1));
      if (unordered !== -1) refuse(['series', i, 'points', unordered], 'steps must increase');
      const beyond = points.findIndex(([step]) => step > steps.done);
      if (beyond !== -1) refuse(['series', i, 'points', beyond], `is beyond the ${steps.done} steps that were done`);
    });
  });
export type Result = z.infer<typeof Result>;

/** The bytes of a result file: canonical JSON with its checksum, and a newline. */
export function resultBytes(result: Result): string {
  return `${canonicalJson(sealed(result))}\n`;
}

/** A result and where it lies. */
export interface StoredResult {
  readonly result: Result;
  /** Path of its file. */
  readonly file: string;
  /** `run.json` beside it, where there is one. */
  readonly info?: RunInfo;
}

/** `run.json`: what belongs to one execution of a run and differs between two executions of the same run. */
export const RunInfo = z.strictObject({
  format: z.literal('spatial-ensemble/run-2'),
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
  /**
   * What took its steps: since which, and the hash of the step's graph. Of more than one, the method's code was changed
   * between two sittings. Absent where it was not recorded.
   */
  code: z.array(z.strictObject({ since: z.int().nonnegative(), graph: sha256 })).optional(),
  commit: z.string().nullable(),
  /** Of the sources that the run loaded. */
  sourceHash: sha256.nullable(),
  command: z.string().optional(),
});
export type RunInfo = z.infer<typeof RunInfo>;

/** The text of `run.json`, with its checksum. */
export function infoText(info: RunInfo): string {
  return `${JSON.stringify(sealed(info), null, 2)}\n`;
}
