import type { SourceShape } from '@spatial-ensemble/augment';
import {
  checkImages,
  checkSource,
  drawSplit,
  loadImages,
  skippedText,
  type ImageSource,
  type IndexProgress,
  type SourceSpec,
  type Split,
  type StreamSpec,
} from '@spatial-ensemble/datasets';
import { hash, parse, type DataManifest, type JsonObject, type SplitRecord } from '@spatial-ensemble/record';
import type { Key } from '@spatial-ensemble/random';
import { z } from 'zod';
import type { StreamViews } from './method.ts';
import { splitProblems } from './split-problems.ts';

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
function sourceOf({ source, images, folder, shrinkTo, orientation }: DataSpec): SourceSpec {
  return { name: source, images, folder, shrinkTo, orientation } as SourceSpec;
}

/** What is known of a source's images without having them. */
export const KNOWN_SHAPES: { readonly [source in DataSpec['source']]: SourceShape } = {
  'fashion-mnist': { height: 28, width: 28, channels: 1 },
  cifar10: { height: 32, width: 32, channels: 3 },
  cifar100: { height: 32, width: 32, channels: 3 },
  // Photographs of any size: a view gives them one.
  imagenet: { channels: 3 },
};

/** Images and their labels, wherever they are. */
export type RunImages = ImageSource;

/** The images of a run, and which play which part. */
export interface RunData {
  readonly train: RunImages;
  readonly test: RunImages;
  readonly split: Split;
  readonly manifests: readonly DataManifest[];
  readonly splits: readonly SplitRecord[];
}

/** Loads a source's images once, however often they are asked for. */
export type LoadImages = (source: SourceSpec, split: 'train' | 'test') => Promise<ImageSource>;

/**
 * Runs of one experiment differ in their seeds and arms, and share their images.
 *
 * @param progress told while a folder of files is indexed, which happens once.
 * @param log told what lies beside the images and is skipped.
 */
export function loadOnce(progress?: IndexProgress, log: (line: string) => void = () => undefined): LoadImages {
  const loaded = new Map<string, Promise<ImageSource>>();
  return (source, split) => {
    const name = `${split} ${JSON.stringify(source)}`;
    const known = loaded.get(name);
    if (known !== undefined) return known;
    const images = loadImages(source, split, process.env, progress).then((set) => {
      const skipped = 'files' in set ? skippedText(set.skipped) : undefined;
      if (skipped !== undefined) log(`${set.title}, ${split} images: ${skipped}`);
      return set;
    });
    loaded.set(name, images);
    return images;
  };
}

/**
 * Loads the images that a study declares and draws the split.
 *
 * @throws Error that says what to place where, if the images are not here.
 */
export async function prepareData(declared: JsonObject, key: Key, load: LoadImages = loadOnce()): Promise<RunData> {
  const spec = parse(DataSpec, declared, 'the data of the study', 'data');
  const source = sourceOf(spec);
  const [train, test] = await Promise.all([load(source, 'train'), load(source, 'test')]);
  for (const images of [train, test]) checkImages(images);
  const wrong = splitProblems(spec, train.classes.length, smallestClass(train));
  if (wrong.length > 0)
    throw new Error(`${train.title}:\n${wrong.map(({ key, says }) => `  - ${key}: ${says}`).join('\n')}`);
  const split = drawSplit({
    key,
    labels: train.labels,
    classes: train.classes.length,
    labelled: spec.labelled,
    unlabelled: spec.unlabelled,
    heldOut: spec.heldOut,
  });
  return { train, test, split, manifests: [train, test].map(manifestOf), splits: splitRecords(train, split) };
}

/** Images of the class that has fewest. */
function smallestClass({ classes, labels }: ImageSource): number {
  const counts = classes.map(() => 0);
  for (const label of labels) counts[label]! += 1;
  return Math.min(...counts);
}

function manifestOf({ manifest }: ImageSource): DataManifest {
  const { name, title, split, count, sha256, verified } = manifest;
  return { name, title, split, images: count, sha256, verified };
}

function splitRecords(train: ImageSource, split: Split): SplitRecord[] {
  return Object.entries({ labelled: split.labelled, unlabelled: split.unlabelled, 'held-out': split.heldOut }).map(
    ([name, indices]) => {
      const perClass = train.classes.map(() => 0);
      for (const index of indices) perClass[train.labels[index]!]! += 1;
      return { name, images: indices.length, indices: hash([...indices]), perClass };
    },
  );
}

/**
 * The streams of a method over the images of a split: a stream called `labelled` or `unlabelled` takes that part.
 *
 * @throws Error for a stream of another name.
 */
export function streamsOf(views: { readonly [stream: string]: StreamViews }, split: Split): StreamSpec[] {
  return Object.entries(views).map(([name, stream]) => {
    if (name !== 'labelled' && name !== 'unlabelled')
      throw new Error(`no images are known for the stream ${name}; there are labelled and unlabelled`);
    return {
      name,
      indices: split[name],
      batch: stream.batch,
      views: Object.entries(stream.views).map(([view, augment]) => ({ name: view, augment })),
    };
  });
}
