import { hash, type JsonObject, labelKey, type Labels, parse, Plan, Study } from '@spatial-ensemble/record';

import { whoseOf } from './result-4.ts';

/** A converted result: what it is now, and where it stood. */
export interface Placed {
  readonly study: string;
  readonly labels: JsonObject;
  readonly identity: string;
}

/**
 * A plan of an older format in the present one; undefined where it is in that already.
 *
 * @throws SchemaError
 */
export function planOf(old: JsonObject, results: readonly Placed[], what: string): Plan | undefined {
  if (old['format'] === 'spatial-ensemble/plan-1') return planWithIdentities(old, results, what);
  const { checksum: _, ...document } = withoutBareTolerances(old);
  // Format 3 has a checksum, and is otherwise as format 2.
  return old['format'] === 'spatial-ensemble/plan-2' || document['declared'] !== old['declared']
    ? parse(Plan, { ...document, format: 'spatial-ensemble/plan-3' }, `${what}, converted`)
    : undefined;
}

/** A plan of before tolerances had sources: one without a source judges nothing now. The plan itself, if it has none. */
function withoutBareTolerances(old: JsonObject): JsonObject {
  const { study, declared } = old as { readonly study: StudyOf; readonly declared: JsonObject };
  if (!study.paper.some(isBare)) return old;
  const now = {
    ...study,
    paper: study.paper.map((cell) => {
      const { tolerance, ...others } = cell;
      return isBare(cell) ? others : { ...others, ...(tolerance !== undefined && { tolerance }) };
    }),
  };
  return { ...old, study: now, declared: { ...declared, hash: hash(now) } };
}

type StudyOf = JsonObject & { readonly paper: readonly JsonObject[] };

function isBare({ tolerance }: JsonObject): boolean {
  return typeof tolerance === 'number';
}

/**
 * Plan format 1 to the present one: each run lists the identities of the results that were made for it. When a study of format 1 was
 * declared is not known: it counts as declared after all of its results.
 *
 * @throws SchemaError
 */
function planWithIdentities(old: JsonObject, results: readonly Placed[], what: string): Plan {
  const {
    study: declared,
    runs,
    ...rest
  } = withoutBareTolerances({ declared: {}, ...old }) as unknown as {
    readonly study: StudyOf & { readonly headline: JsonObject; readonly evaluations?: JsonObject };
    readonly runs: readonly JsonObject[];
  };
  const { headline, evaluations, ...others } = declared;
  const study = parse(
    Study,
    {
      ...others,
      headline: whoseOf(headline),
      ...(evaluations && {
        evaluations: Object.fromEntries(
          Object.entries(evaluations).map(([name, one]) => [name, whoseOf(one as JsonObject)]),
        ),
      }),
    },
    `the study of ${what}`,
  );
  const own = results.filter((one) => one.study === study.name);
  const made = (run: JsonObject): string[] =>
    own.filter(({ labels }) => keyOf(labels) === keyOf(run)).map(({ identity }) => identity);
  return parse(
    Plan,
    {
      ...rest,
      format: 'spatial-ensemble/plan-3',
      study,
      declared: { hash: hash(study), after: [...new Set(own.map(({ identity }) => identity))].toSorted() },
      runs: runs.map((run) => ({ ...run, identities: made(run) })),
    },
    `${what}, converted`,
  );
}

function keyOf(labels: JsonObject): string {
  return labelKey(labels as unknown as Labels);
}
