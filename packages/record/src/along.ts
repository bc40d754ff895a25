import { z } from 'zod';

/** Where a number stands on one axis. */
export const Coordinate = z.strictObject({
  /** As a figure prints it: `epsilon`, `severity`, `corruption`. */
  axis: z.string().min(1),
  /** `/255`; empty of what has none. */
  unit: z.string(),
  /** A number, or a name of what has no order. */
  at: z.union([z.number(), z.string().min(1)]),
});
export type Coordinate = z.infer<typeof Coordinate>;

/**
 * Where a measure stands among others of the same thing: a curve where they differ on one axis, a grid of curves where
 * they differ on two, of which the last one is the curves' own. Whoever measures several says so; whatever draws or lists
 * them goes by that, and knows no name.
 */
export const Along = z.strictObject({
  /** Those that belong together share it: `robust-within`, `robust-corrupted`. Safe as a file name. */
  name: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be lower-case words joined by hyphens, as in robust-within'),
  /** What all of them are: `accuracy after PGD`. */
  title: z.string().min(1),
  axes: z.array(Coordinate).min(1).max(2),
});
export type Along = z.infer<typeof Along>;
