import { z } from 'zod';

import { hash, type Json } from './canonical-json.ts';
import { name } from './fields.ts';
import { suggestion } from './suggest.ts';

/**
 * Whether one arm fails more often than another, declared before it is run: a run fails that ends below a reference of
 * the same seed. Decided by McNemar's exact test over the seeds that all three have.
 */
export const FailureRate = z.strictObject({
  /** In words: `SE fails more often than TMA`. */
  hypothesis: z.string().min(1),
  /** The arm below which a run has failed: trained on the same labels alone, say. */
  reference: name,
  /** The arm whose failures are counted. */
  arm: name,
  /** The arm whose failures stand beside them. */
  over: name,
  /** Seeds that are planned. */
  seeds: z.int().min(2),
  /** When no more seeds are added, in words. */
  stopping: z.string().min(1),
});
export type FailureRate = z.infer<typeof FailureRate>;

/** What of a study its failure rates are about. */
interface Failing {
  readonly arms: Readonly<Record<string, unknown>>;
  readonly headline: Readonly<Record<string, Json>>;
  readonly failures?: Readonly<Record<string, FailureRate>> | undefined;
}

/** What is wrong with the failure rates of a study: arms that it does not have, or that are held against themselves. */
export function failureProblems(study: Failing): [path: PropertyKey[], message: string][] {
  const known = Object.keys(study.arms);
  return Object.entries(study.failures ?? {}).flatMap(([rate, declared]) => {
    const fields = ['reference', 'arm', 'over'] as const;
    return fields.flatMap((field, i): [PropertyKey[], string][] => {
      const arm = declared[field];
      const path = ['failures', rate, field];
      const same = fields.slice(0, i).find((other) => declared[other] === arm);
      return [
        ...(known.includes(arm)
          ? []
          : [[path, `no arm is called '${arm}'.${suggestion(arm, known)}`] as [PropertyKey[], string]]),
        ...(same === undefined
          ? []
          : [
              [path, `is '${arm}', as \`${same}\` is; three arms are held against each other`] as [
                PropertyKey[],
                string,
              ],
            ]),
      ];
    });
  });
}

/** The hash of all that a failure rate says: its own words and arms, and what the headline is. */
export function failureHash({ failures, headline }: Failing, rate: string): string {
  const declared = failures?.[rate];
  if (declared === undefined) throw new Error(`no failure rate is called '${rate}'`);
  return hash({ failure: declared, headline });
}
