import type { Json, JsonObject } from '@spatial-ensemble/record';

/** Who asked for a run, which stands in the plan of the study from format 4 on. */
const LABELS = ['study', 'variant', 'tier', 'arm', 'evaluation', 'seed'];

/** A run of a format before 4. */
type Run = { readonly [name: string]: Json };

/**
 * Format 3 to 4: a run does not know who asked for it; whose weights an evaluation starts from is called `whose`, as
 * everywhere, which gives it another identity (`renamed.ts`).
 */
export function withoutLabels(old: JsonObject): JsonObject {
  const run = old['run'] as Run;
  const own = Object.fromEntries(Object.entries(run).filter(([name]) => !LABELS.includes(name)));
  const spec = run['from'] === undefined ? run['spec'] : whoseOf(run['spec'] as JsonObject);
  return { ...old, format: 'spatial-ensemble/result-4', run: { ...own, spec } } as JsonObject;
}

/** `network: 'teacher'` as `whose: 'teacher'`; what has no such entry as it is. */
export function whoseOf({ network, ...rest }: JsonObject): JsonObject {
  return typeof network === 'string' ? { ...rest, whose: network } : { ...rest, ...(network && { network }) };
}

/** The labels of a run of a format before 4, as a plan has them, and the study that they are of. */
export function labelsOf(run: Run): { readonly study: string; readonly labels: JsonObject } {
  const { study, ...labels } = Object.fromEntries(Object.entries(run).filter(([name]) => LABELS.includes(name)));
  return { study: study as string, labels: labels as JsonObject };
}
