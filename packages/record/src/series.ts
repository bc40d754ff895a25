import { z } from 'zod';

import { whose } from './fields.ts';

/**
 * What a number over the steps of a run is: declared once, by whoever makes it. Whatever keeps, sums or draws numbers
 * goes by their declarations, and knows no name.
 */
export const MetricDeclaration = z.strictObject({
  /** As a table's head and an axis print it: `relative distance`, `pseudo-labels right`. */
  title: z.string().min(1),
  /** What exactly it is, for whom the title does not tell: `‖teacher − student‖ ÷ ‖student‖, over the parameters`. */
  meaning: z.string().min(1).optional(),
  /** `nats`, `steps`; empty of what has none. `%`: a step gives a share in [0, 1], which is stored as 0 to 100. */
  unit: z.string(),
  /** Of whom it says something. */
  whose,
  /**
   * How several steps come to one number. `mean`: over the steps. `share`: the sum of sums over the sum of counts, since
   * a mean of shares would weigh a step with one thing as much as one with a hundred. `last`: what was there at the last.
   */
  summed: z.enum(['mean', 'share', 'last']),
  /** What a run shows of it in one number: over all its steps, or over the last tenth. Absent: nothing. */
  evidence: z.enum(['all', 'last-tenth']).optional(),
});
export type MetricDeclaration = z.infer<typeof MetricDeclaration>;

/** Metrics by the names that a step gives them. */
export interface MetricDeclarations {
  readonly [name: string]: MetricDeclaration;
}

/** Points of a series at most: what a figure can show. */
export const MOST_POINTS = 500;

/** A number over the steps of a run, with its declaration. A name is one number; the student and the teacher may each have it. */
export const Series = MetricDeclaration.omit({ evidence: true }).extend({
  /** `loss`, `heldOutAccuracy`. */
  name: z.string().min(1),
  /** The images that it was looked at on, as of a measure: `held-out`. Absent: those of the steps, or what the name says. */
  split: z.string().min(1).optional(),
  /**
   * `[step, value]`: the value over the steps since the point before, or at that step where `summed` is `last`; of what
   * a window has none of, as a share of nothing, there is no point. Thinned to what a figure can show.
   */
  points: z.array(z.tuple([z.int().nonnegative(), z.number()])).max(MOST_POINTS),
});
export type Series = z.infer<typeof Series>;

/** Which steps of a run a number of evidence covers; `schedule`: it follows from the run's settings. */
const over = z.enum(['all', 'last-tenth', 'schedule']);

/** One number that shows that a run did what its arm says. */
export const Evidence = MetricDeclaration.pick({ title: true, meaning: true, unit: true }).extend({
  /** `preserveRate`, `effectiveMomentum`. */
  name: z.string().min(1),
  over,
  value: z.number(),
});
export type Evidence = z.infer<typeof Evidence>;

/** What tells the series of a run apart. */
export function seriesKey({ name, whose }: Pick<Series, 'name' | 'whose'>): string {
  return `${name} ${whose}`;
}
