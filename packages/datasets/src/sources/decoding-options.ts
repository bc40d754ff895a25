import { z } from 'zod';
import type { Decoding } from '../image-source.ts';

/** How a data set of files may be asked to decode them. */
export const DECODING = {
  /** Large JPEG files are decoded at a fraction of their size, down to this shorter side; changes pixels. */
  shrinkTo: z.int().positive().optional(),
  /** `exif`: images are turned as their EXIF orientation says, which torchvision's loader does not. */
  orientation: z.literal('exif').optional(),
};

/** What of it is asked for. */
export function decodingOf({
  shrinkTo,
  orientation,
}: {
  readonly shrinkTo?: number | undefined;
  readonly orientation?: 'exif' | undefined;
}): Decoding {
  return { ...(shrinkTo !== undefined && { shrinkTo }), ...(orientation !== undefined && { orientation }) };
}
