import { z } from 'zod';
import { checkSource } from './sources/check-source.ts';
import type { SourceSpec } from './sources/sources.ts';

/** What a study declares about its images. */
export const DataSpec = z
  .strictObject({
    /** The data set. Where its files lie is the machine's affair. */
    source: z.enum(['fashion-mnist', 'cifar10', 'cifar100', 'imagenet']),
    /** Fashion-MNIST only. `embedded`: the part that this repository holds, the same everywhere; `any`: the full set where it is present. */
    images: z.enum(['embedded', 'full', 'any']).optional(),
    /** ImageNet only. The one folder that training and test images are both read from: a wiring check. */
    folder: z.enum(['train', 'val']).optional(),
    /** ImageNet only. Large JPEG files are decoded at a fraction of their size, down to this shorter side; changes pixels. */
    shrinkTo: z.int().positive().optional(),
    /** ImageNet only. `exif`: images are turned as their EXIF orientation says, which torchvision's loader does not. */
    orientation: z.literal('exif').optional(),
    /** Labels that are kept, the same number of every class; `all`: those of every image that is not held out. */
    labelled: z.union([z.int().positive(), z.literal('all')]),
    /** `all`: every image that is not held out, the labelled ones too; `rest`: without those. */
    unlabelled: z.enum(['all', 'rest']).default('all'),
    /** Training images held out for the curves, the same number of every class. */
    heldOut: z.int().nonnegative(),
  })
  .superRefine((spec, context) => {
    const { name, ...options } = sourceOf(spec);
    for (const [option, value] of Object.entries(options))
      try {
        checkSource({ name, [option]: value });
      } catch (error) {
        const message = `${(error as Error).message}: --set data.${option}=null leaves it out`;
        context.addIssue({ code: 'custom', path: [option], message });
      }
  });
export type DataSpec = z.infer<typeof DataSpec>;

/** The source alone, without how its labels are split. */
export function sourceOf({ source, images, folder, shrinkTo, orientation }: DataSpec): SourceSpec {
  return { name: source, images, folder, shrinkTo, orientation } as SourceSpec;
}
