import { z } from 'zod';
import type { OptionsOf } from '../../data-set.ts';
import { DECODING } from '../decoding-options.ts';

const column = z.string().min(1).optional();

/** What a manifest may be asked for. */
export const manifestOptions = {
  /** The column of paths, from the manifest's folder on. Default `path`. */
  pathColumn: column,
  /** The column of classes; a row without one is an unlabelled image. Default `label`. */
  labelColumn: column,
  /** The column that says `train` or what else an image is for. Default: there is none. */
  splitColumn: column,
  /**
   * The test images: a share of the labelled rows of each class, as 0.2; with `splitColumn` what it says of them (default
   * `test`); else the name of another manifest beside this one.
   */
  test: z.union([z.number().gt(0).lt(1), z.string().min(1)]).optional(),
  /** Draws other test images where they are a share. Default 0. */
  testSeed: z.int().nonnegative().optional(),
  ...DECODING,
};
export type ManifestOptions = OptionsOf<typeof manifestOptions>;
