import { NamedLabels } from '@spatial-ensemble/datasets';
import { parse, suggestion, type JsonObject } from '@spatial-ensemble/record';
import { z } from 'zod';

/** A file of labels for each split, as benchmarks publish their folds, by the seed of the split. */
const LabelFolds = z.strictObject({ folds: z.record(z.string().regex(/^\d+$/, 'must be a seed'), NamedLabels) });

/**
 * What is declared about images, with the labels of one split: where `labelled` is `{ folds: { 1: file, 2: file } }`, the
 * file of its seed, and where it is `folds`, the data set's own fold of that number, so that a run's identity holds the file that it reads and no other.
 *
 * @throws SchemaError; Error for a split that has no file
 */
export function withLabelsOf(split: number, data: JsonObject, what: string): JsonObject {
  const { labelled } = data;
  if (labelled === 'folds') return { ...data, labelled: { fold: split } };
  if (typeof labelled !== 'object' || labelled === null || !('folds' in labelled)) return data;
  const { folds } = parse(LabelFolds, labelled, what, 'data.labelled');
  const file = folds[String(split)];
  if (file === undefined)
    throw new Error(
      `data.labelled.folds: there is no file for the split of seed ${split}; there are ${Object.keys(folds).join(', ')}.${suggestion(String(split), Object.keys(folds))} Name one, or another seed`,
    );
  return { ...data, labelled: file };
}
