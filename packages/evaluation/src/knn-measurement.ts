import { z } from 'zod';
import { knn } from './knn.ts';
import type { Measure, Problem } from '@spatial-ensemble/record';
import type { FeaturesOf, Measurement } from '@spatial-ensemble/training';

/**
 * What decides a number of nearest neighbours; those of two libraries differ in one of them more often than not.
 * The features are what the method's `encode` gives (before any projector), in evaluation mode, of images as
 * `evaluationView` prepares them, for the bank and the test images alike.
 */
export const KnnSpec = z
  .strictObject({
    /** The measure's name; another one where a study declares a second k. */
    name: z
      .string()
      .regex(/^knn(-[a-z0-9]+)*$/, 'must begin with knn, as in knn-20')
      .refine((name) => !/-(untrained|pixels)$/.test(name), 'must not end like a sanity row')
      .default('knn'),
    /** Neighbours that vote (facebookresearch/moco@f7364915 and lightly-ai/lightly@e8d317fc: 200). */
    k: z.int().positive().default(200),
    /** A neighbour of cosine similarity s weighs exp(s / temperature). The same sources: 0.1. */
    temperature: z.number().positive().default(0.1),
    /** Training images in the bank: the first of an order drawn from the seed. `all`: every one that is not held out. */
    bank: z.union([z.int().positive(), z.literal('all')]).default('all'),
    /** Whose features, the one reported first in front. */
    networks: z
      .array(z.enum(['teacher', 'student']))
      .min(1)
      .refine((all) => new Set(all).size === all.length, 'names one of them twice')
      .default(['teacher', 'student']),
    /** What stands beside: the encoder before its first step, and the images themselves. */
    sanity: z
      .array(z.enum(['untrained', 'pixels']))
      .refine((all) => new Set(all).size === all.length, 'names one of them twice')
      .default(['untrained', 'pixels']),
  })
  .check(({ value: { k, bank }, issues }) => {
    if (bank !== 'all' && k > bank)
      issues.push({
        code: 'custom',
        input: k,
        path: ['k'],
        message: `${k} neighbours are more than the bank has images, ${bank}`,
      });
  });
export type KnnSpec = z.infer<typeof KnnSpec>;

/**
 * Accuracy of k nearest neighbours on the test images, with the sanity rows that belong beside it: `knn` of teacher and
 * student, `knn-untrained` and `knn-pixels` of neither.
 */
export const knnMeasurement: Measurement<KnnSpec> = {
  name: 'knn',
  version: 1,
  schema: KnnSpec,
  smoke: (spec) => ({ ...spec, k: Math.min(spec.k, 20), bank: 200 }),
  makes: ({ name, networks, sanity }) => [
    ...networks.map((whose) => ({ name, whose })),
    ...sanity.map((of) => ({ name: `${name}-${of}`, whose: 'none' as const })),
  ],
  check({ k, bank }, { parts }) {
    const there = parts?.notHeldOut ?? Infinity;
    const tooMany = (key: 'k' | 'bank', count: number, what: string): Problem[] =>
      count <= there
        ? []
        : [
            {
              key,
              says: `${count} ${what}, and there are ${there} training images that are not held out: --set ${key}=${there}`,
            },
          ];
    return [
      ...tooMany('k', k, 'neighbours are asked for'),
      ...(bank === 'all' ? [] : tooMany('bank', bank, 'images are to be in the bank')),
    ];
  },
  async measure({ name, k, temperature, bank, networks, sanity }, tools) {
    const count = bank === 'all' ? undefined : bank;
    const [bankLabels, queryLabels] = [tools.labels('bank', count), tools.labels('test')];
    if (k > bankLabels.length)
      throw new RangeError(`${k} neighbours were asked for, and the bank has ${bankLabels.length} images`);
    const measures: Measure[] = [];
    for (const of of [...networks, ...sanity] satisfies FeaturesOf[]) {
      const features = { bank: await tools.features(of, 'bank', count), queries: await tools.features(of, 'test') };
      const { top1 } = knn({ ...features, bankLabels, queryLabels, classes: tools.classes, k, temperature });
      const trained = of === 'teacher' || of === 'student';
      measures.push({
        name: trained ? name : `${name}-${of}`,
        title: `nearest neighbours (k = ${k})${trained ? '' : `, ${of}`}`,
        whose: trained ? of : 'none',
        split: 'test',
        rule: 'last',
        value: top1,
        unit: '%',
        n: queryLabels.length,
      });
    }
    return measures;
  },
};
