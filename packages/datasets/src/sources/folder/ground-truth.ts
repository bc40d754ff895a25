import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readBounded } from '@spatial-ensemble/files';
import { MOST_META_MAT_BYTES, readMetaMat } from './meta-mat.ts';

/** Where the classes of a flat folder's images are looked for, in this order. */
const NAMES = [
  'ILSVRC2012_validation_ground_truth.txt',
  'imagenet_2012_validation_synset_labels.txt',
  'LOC_val_solution.csv',
  'val.txt',
  'val_annotations.txt',
];
/** Of a list of classes: 50,000 images have a line of up to some hundred bytes each. */
const MOST_LIST_BYTES = 64e6;
/** Which class has which of the development kit's numbers: MATLAB's structs, or lines such as `n02119789 1 kit_fox`. */
const NUMBERS = ['meta.mat', 'map_clsloc.txt'];
const FOLDERS = ['', 'devkit/data', 'ILSVRC2012_devkit_t12/data'];

/** The files that say of which classes the images of a flat folder are. */
export interface GroundTruth {
  readonly path: string;
  /** Where the ground truth has the development kit's numbers. */
  readonly numbers?: string;
}

/** @throws Error that says which files there may be */
export function findGroundTruth(root: string, folder: string): GroundTruth {
  const places = [root, join(root, folder)].flatMap((at) => FOLDERS.map((below) => join(at, below)));
  const find = (names: readonly string[]): string | undefined =>
    names.flatMap((name) => places.map((place) => join(place, name))).find((path) => existsSync(path));
  const path = find(NAMES);
  if (path === undefined)
    throw new Error(
      `${join(root, folder)} has no folders of classes, and nothing says of which classes its images are. Move each image into a folder named after its class (as in n01440764), or put one of ${NAMES.join(', ')} into ${root}`,
    );
  const numbers = find(NUMBERS);
  return { path, ...(numbers !== undefined && { numbers }) };
}

/**
 * The class of each image, by its number in `classes`. A file's lines are read as what they are:
 * `ILSVRC2012_val_00000001,n03995372 85 1 499 272` or `ILSVRC2012_val_00000001.JPEG n03995372` name the image (Tiny ImageNet's have a box too);
 * `ILSVRC2012_val_00000001.JPEG 65` gives its class's place among the sorted ones, from 0; lines of one word stand for
 * the images in the order of their names: `n01751748` a class, `490` a number of the development kit.
 *
 * @param images names, sorted
 * @throws Error that names the line, the image or the class that does not fit
 */
export async function readGroundTruth(
  { path, numbers }: GroundTruth,
  images: readonly string[],
  classes: readonly string[],
): Promise<number[]> {
  const lines = (await readBounded(path, MOST_LIST_BYTES))
    .toString('utf8')
    .split(/\r?\n/)
    .filter((line) => line !== '' && !line.startsWith('ImageId,'));
  const words = lines.map((line) => line.trim().split(/[\s,]+/));
  const labels = new Map(classes.map((name, label) => [name, label]));
  const fail = (line: number, why: string): never => {
    throw new Error(`${path}, ${JSON.stringify(lines[line])}: ${why}`);
  };
  const known = (line: number, label: number | undefined, what: string): number =>
    label !== undefined && label >= 0 && label < classes.length
      ? label
      : fail(line, `${what} is not one of the ${classes.length} classes of the training images`);

  // `split` gives a word at least, though an empty one.
  if (words.every(({ length }) => length === 1)) {
    const only = words.map(([word = '']) => word);
    if (lines.length !== images.length)
      throw new Error(`${path} has ${lines.length} classes for ${images.length} images`);
    const kit = only.some((word) => /^\d+$/.test(word)) ? await readNumbers(path, numbers) : new Map<string, string>();
    return only.map((word, i) => known(i, labels.get(kit.get(word) ?? word), word));
  }
  const byImage = new Map<string, number>();
  words.forEach(([image = '', of], i) => {
    if (of === undefined) return fail(i, 'there is no class');
    byImage.set(stem(image), known(i, /^\d+$/.test(of) ? Number(of) : labels.get(of), of));
  });
  return images.map((image) => {
    const label = byImage.get(stem(image));
    if (label === undefined) throw new Error(`${path} does not say of which class ${image} is`);
    return label;
  });
}

function stem(image: string): string {
  return basename(image).replace(/\.[^.]*$/, '');
}

async function readNumbers(truth: string, path: string | undefined): Promise<ReadonlyMap<string, string>> {
  if (path === undefined)
    throw new Error(
      `${truth} has the numbers of the development kit, which are not in the order of the classes' names. Put the kit's ${NUMBERS[0]} beside it, or ${NUMBERS[1]}, with lines such as "n02119789 1 kit_fox"`,
    );
  if (path.endsWith('.mat')) {
    const bytes = await readBounded(path, MOST_META_MAT_BYTES);
    try {
      return new Map([...readMetaMat(bytes)].map(([number, name]) => [String(number), name]));
    } catch (error) {
      throw new Error(
        `${path} cannot be read: ${(error as Error).message}. Take it from the development kit again, or put a map_clsloc.txt in its place`,
        { cause: error },
      );
    }
  }
  const lines = (await readBounded(path, MOST_LIST_BYTES)).toString('utf8').split(/\r?\n/);
  const words = lines.map((line) => line.trim().split(/\s+/));
  return new Map(
    words.flatMap(([name, number]) => (name === undefined || number === undefined ? [] : [[number, name]])),
  );
}
