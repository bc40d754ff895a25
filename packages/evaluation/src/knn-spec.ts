import { z } from 'zod';

/**
 * What decides a number of nearest neighbours; those of two libraries differ in one of them more often than not.
 * The features are what the method's `encode` gives (before any projector), in evaluation mode, of images as
 * `evaluationView` prepares them, for the bank and the test images alike.
 *
 * MC = facebookresearch/moco@f7364915, the notebook of CIFAR-10; LL = lightly-ai/lightly@e8d317fc
 * lightly/utils/benchmarking/knn.py.
 */
export const KnnSpec = z
  .strictObject({
    /** The measure's name; another one where a study declares a second k (ours). */
    name: z
      .string()
      .regex(/^knn(-[a-z0-9]+)*$/, 'must begin with knn, as in knn-20')
      .refine((name) => !/-(untrained|pixels|pca)$/.test(name), 'must not end like a sanity row')
      .refine((name) => !name.endsWith('-k'), 'must not end in -k, as what says which k was chosen')
      .default('knn'),
    /**
     * Neighbours that vote (MC and LL: 200). Of several, ascending, features and each sanity row have the one that is
     * best for them on `chosenOn`, the smallest of equals (ours): on easy images few neighbours are best for pixels, and
     * 200 flatter features.
     */
    k: z
      .union([
        z.int().positive(),
        z
          .array(z.int().positive())
          .min(2)
          .refine((all) => all.every((k, i) => k > (all[i - 1] ?? 0)), 'must ascend, as in [1, 5, 20, 200]'),
      ])
      .default(200),
    /** Training images on which k is chosen: those that follow the bank in its order, so that it holds none of them (ours). */
    chosenOn: z.int().positive().optional(),
    /** A neighbour of cosine similarity s weighs exp(s / temperature) (MC and LL: 0.1). */
    temperature: z.number().positive().default(0.1),
    /** Training images in the bank: the first of an order drawn from the seed. `all`: every one that is not held out, nor in `chosenOn` (MC). */
    bank: z.union([z.int().positive(), z.literal('all')]).default('all'),
    /** Whose features, the one reported first in front (ours; MC and LL look at the student's). */
    networks: z
      .array(z.enum(['teacher', 'student']))
      .min(1)
      .refine((all) => new Set(all).size === all.length, 'names one of them twice')
      .default(['teacher', 'student']),
    /**
     * Steps between looks while the run trains, before the first step and after the last one too: a series of the same
     * neighbours, asked about held-out training images in place of the test images. Absent: none (ours; LL looks at the
     * test images after every epoch).
     */
    every: z.int().positive().optional(),
    /**
     * What stands beside: the encoder before its first step, the images themselves, and as many of their principal
     * components, fitted to the bank, as the first of `networks` has features (ours).
     */
    sanity: z
      .array(z.enum(['untrained', 'pixels', 'pca']))
      .refine((all) => new Set(all).size === all.length, 'names one of them twice')
      .default(['untrained', 'pixels']),
  })
  .check(({ value: { k, chosenOn, bank }, issues }) => {
    const refuse = (path: string, message: string): void =>
      void issues.push({ code: 'custom', input: k, path: [path], message });
    const most = Math.max(...neighbourhoods({ k }));
    if (bank !== 'all' && most > bank) refuse('k', `${most} neighbours are more than the bank has images, ${bank}`);
    if (typeof k !== 'number' && chosenOn === undefined)
      refuse('chosenOn', 'is missing: of several k, it says on how many training images one is chosen');
    if (typeof k === 'number' && chosenOn !== undefined)
      refuse('chosenOn', `has nothing to choose: k is ${k}; give several, as in [1, 5, 20, 200]`);
  });
export type KnnSpec = z.infer<typeof KnnSpec>;

/** All k that a spec names, ascending. */
export function neighbourhoods({ k }: Pick<KnnSpec, 'k'>): readonly number[] {
  return typeof k === 'number' ? [k] : k;
}
