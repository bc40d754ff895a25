import type { JsonObject } from '@spatial-ensemble/record';

import { seriesOfCurve } from './result-2.ts';
import { seedsOfParts } from './result-3.ts';
import { withoutLabels } from './result-4.ts';

/** What makes a document of one format into one of the next. */
type Step = (old: JsonObject) => JsonObject;

/** By the format that it starts from. */
const STEPS: { readonly [format: string]: Step } = {
  'spatial-ensemble/result-1': seriesOfCurve,
  'spatial-ensemble/result-2': seedsOfParts,
  'spatial-ensemble/result-3': withoutLabels,
  // Format 5 has a checksum, which the bytes of every result get.
  'spatial-ensemble/result-4': (old) => ({ ...old, format: 'spatial-ensemble/result-5' }),
};

/** A document in the newest format that there are steps to; the document itself, where there are none. */
export function converted(document: JsonObject): JsonObject {
  const step = STEPS[String(document['format'])];
  return step === undefined ? document : converted(step(document));
}
