import { z } from 'zod';
import { checkImages } from './check-images.ts';
import type { DataSet, LoadFrom, OptionsOf, OptionsShape } from './data-set.ts';
import { unknownOption } from './declared-data.ts';
import type { ImageSource } from './image-source.ts';

/**
 * The images of a data set, checked: those of one of your own are what its `load` makes of them.
 *
 * @param options what of it is wanted, such as `{ images: 'embedded' }`
 * @throws Error that names the option that is wrong, or says what to place where if the images are not here
 */
export async function loadImages<Shape extends OptionsShape>(
  set: DataSet<Shape>,
  options: OptionsOf<Shape>,
  { split, env = process.env, heldOut, progress }: Pick<LoadFrom, 'split' | 'progress'> & Partial<LoadFrom>,
): Promise<ImageSource> {
  const unknown = Object.keys(options).find((option) => !Object.hasOwn(set.options, option));
  if (unknown !== undefined) throw new Error(unknownOption(set as unknown as DataSet, unknown));
  const { error, data } = z.safeParse(z.strictObject(set.options), options);
  if (error !== undefined) throw new Error(`the data set ${set.name}: ${z.prettifyError(error)}`, { cause: error });
  const from = { split, env, ...(heldOut !== undefined && { heldOut }), ...(progress && { progress }) };
  const images = await set.load(data as OptionsOf<Shape>, from);
  checkImages(images);
  return images;
}
