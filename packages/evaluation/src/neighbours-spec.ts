import { z } from 'zod';
import { KnnSpec } from './knn-spec.ts';

const { name, k, chosenOn, temperature, bank } = KnnSpec.shape;

/**
 * The schema of nearest neighbours as an evaluation of runs whose specs have the schema `pretraining`.
 *
 * MC = facebookresearch/moco@f7364915, the notebook of CIFAR-10; LL = lightly-ai/lightly@e8d317fc
 * lightly/utils/benchmarking/knn.py.
 */
export function neighboursSpec<P>(pretraining: z.ZodType<P>) {
  return z
    .strictObject({
      /** Whose features; `untrained`: those of the student before its first step, the sanity row (ours). */
      whose: z.enum(['student', 'teacher', 'untrained']),
      name,
      k,
      chosenOn,
      temperature,
      /** Training images in the bank, of the evaluation's own data: those that have a label and are not held out, whether or not `data.labelled` lets a method learn from it (ours). */
      bank,
      /** What stands beside the features of a trained network (ours). */
      sanity: z
        .array(z.enum(['pixels', 'pca']))
        .refine((all) => new Set(all).size === all.length, 'names one of them twice')
        .default(['pixels']),
      /** Images that are looked at at once: it decides memory, and last bits (ours). */
      batch: z.int().positive().default(250),
      /** The resolved spec of the run that is evaluated (ours). */
      pretraining,
    })
    .check(({ value, issues }) => {
      const { whose: _, batch: __, pretraining: ___, ...own } = value as { readonly [field: string]: unknown };
      // What `knn` says of a spec.
      for (const issue of KnnSpec.safeParse(own).error?.issues ?? [])
        issues.push({ code: 'custom', input: value, path: issue.path, message: issue.message });
    });
}

/** What decides a number of nearest neighbours on images of the evaluation's own. */
export type NeighboursSpec<P = unknown> = Omit<KnnSpec, 'networks' | 'sanity'> & {
  readonly whose: 'student' | 'teacher' | 'untrained';
  readonly sanity: readonly ('pixels' | 'pca')[];
  readonly batch: number;
  readonly pretraining: P;
};
