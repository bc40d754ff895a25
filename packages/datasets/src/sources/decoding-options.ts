import { z } from 'zod';
import type { KnownImages } from '../data-set.ts';
import type { Decoding } from '../image-source.ts';

/** How a data set of files may be asked to decode them. */
export const DECODING = {
  /** Large JPEG files are decoded at a fraction of their size, down to this shorter side; changes pixels. */
  shrinkTo: z.int().positive().optional(),
  /** `exif`: images are turned as their EXIF orientation says, which torchvision's loader does not. */
  orientation: z.literal('exif').optional(),
  /**
   * Every image becomes a square of so many pixels: torchvision's `Resize` of the shorter side and `CenterCrop`. For
   * methods that take images of one size, as FixMatch does.
   */
  resize: z.int().min(2).max(4096).optional(),
};

type Asked = { readonly [option in keyof typeof DECODING]?: z.infer<(typeof DECODING)[option]> };

/** What of it is asked for. */
export function decodingOf({ shrinkTo, orientation, resize }: Asked): Decoding {
  return {
    ...(shrinkTo !== undefined && { shrinkTo }),
    ...(orientation !== undefined && { orientation }),
    ...(resize !== undefined && { resize }),
  };
}

/** What is known of files that are decoded so, without having them. */
export function knownOfFiles({ resize }: Asked): KnownImages {
  return { channels: 3, ...(resize !== undefined && { height: resize, width: resize }) };
}
