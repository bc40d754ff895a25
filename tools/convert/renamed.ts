import { identity, type JsonObject, type RunSpec } from '@spatial-ensemble/record';

/** A converted document and the identity that it had. */
export interface Renamed {
  readonly before: string;
  readonly document: JsonObject;
}

/**
 * Gives converted results the identities that follow from their runs, those from which others start first, so that
 * these name them by the new one.
 *
 * @returns in the order that was given.
 */
export function renamed(documents: readonly JsonObject[]): Renamed[] {
  const identities = new Map<string, string>();
  const rename = (document: JsonObject): Renamed => {
    const run = document['run'] as unknown as RunSpec;
    const from = run.from === undefined ? {} : { from: identities.get(run.from) ?? run.from };
    const now = { ...run, ...from };
    const before = document['identity'] as string;
    identities.set(before, identity(now));
    return { before, document: { ...document, run: now, identity: identity(now) } as unknown as JsonObject };
  };
  const startsAnew = (document: JsonObject): boolean => (document['run'] as JsonObject)['from'] === undefined;
  const first = new Map(documents.filter(startsAnew).map((document) => [document, rename(document)]));
  return documents.map((document) => first.get(document) ?? rename(document));
}
