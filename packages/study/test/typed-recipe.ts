import type { Recipe } from '@spatial-ensemble/record';
import { z } from 'zod';

const Spec = z.strictObject({
  steps: z.int().positive().default(10),
  sizes: z.array(z.int()).default([1, 2]),
  teacher: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('none') }),
    z.strictObject({ kind: z.literal('tma'), momentum: z.number() }),
  ]),
});

/** A method that computes nothing: of a study it is all that is needed. */
export const RECIPE: Recipe<z.output<typeof Spec>, z.input<typeof Spec>> = {
  name: 'typed',
  version: 1,
  schema: Spec,
  smoke: (spec) => spec,
  steps: ({ steps }) => steps,
  metrics: {},
  scores: () => [{ name: 'accuracy', title: 'accuracy', of: 'teacher', whose: 'teacher', top: 1 }],
};
