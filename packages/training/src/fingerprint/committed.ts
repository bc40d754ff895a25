import { z } from 'zod';
import { Fingerprint } from './fingerprint.ts';

/** The committed fingerprints: what each version of a method computes, in each run that an experiment declares. */
export const Fingerprints = z.record(
  z.string(),
  z.strictObject({
    version: z.int().positive(),
    /** By `study/arm`, or `study/arm/evaluation`, in its smoke form; of a variant that is not the first, `study:variant/arm`. */
    runs: z.record(z.string(), Fingerprint),
  }),
);
export type Fingerprints = z.infer<typeof Fingerprints>;

/**
 * What is wrong with the committed fingerprints, a line each; empty where they are those of the code.
 *
 * A method that computes something else under the number of an old version would be shown beside old results as if it
 * were the same.
 */
export function compareFingerprints(committed: Fingerprints, current: Fingerprints): string[] {
  return [
    ...Object.keys(committed)
      .filter((name) => current[name] === undefined)
      .map((name) => `${name}: no experiment declares it any more`),
    ...Object.entries(current).flatMap(([name, now]) => {
      const before = committed[name];
      if (before === undefined) return [`${name}: it has no committed fingerprint`];
      if (now.version !== before.version) return [`${name}: version ${now.version} has no committed fingerprint`];
      return [...changed(name, before.runs, now.runs), ...added(name, before.runs, now.runs)];
    }),
  ];
}

/**
 * The fingerprints to commit.
 *
 * @throws Error where a method computes something else and its version is still the same.
 */
export function updateFingerprints(committed: Fingerprints, current: Fingerprints): Fingerprints {
  const problems = Object.entries(current).flatMap(([name, now]) => {
    const before = committed[name];
    return before === undefined || now.version > before.version ? [] : changed(name, before.runs, now.runs);
  });
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const sorted = <T>(record: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return sorted(
    Object.fromEntries(
      Object.entries(current).map(([name, { version, runs }]) => [name, { version, runs: sorted(runs) }]),
    ),
  );
}

type Runs = Fingerprints[string]['runs'];

function changed(name: string, before: Runs, now: Runs): string[] {
  return Object.entries(now).flatMap(([run, fingerprint]) => {
    const old = before[run];
    const parts =
      old === undefined
        ? []
        : ([...new Set([...Object.keys(old), ...Object.keys(fingerprint)])] as (keyof Fingerprint)[]).filter(
            (part) => fingerprint[part] !== old[part],
          );
    return parts.length === 0
      ? []
      : [
          `${name}: ${run} computes something else (${parts.join(', ')}). Raise the method's version; old results are another version's.`,
        ];
  });
}

function added(name: string, before: Runs, now: Runs): string[] {
  const differ = (a: Runs, b: Runs): string[] => Object.keys(a).filter((run) => b[run] === undefined);
  return [
    ...differ(now, before).map((run) => `${name}: ${run} has no committed fingerprint`),
    ...differ(before, now).map((run) => `${name}: ${run} is declared no more`),
  ];
}
