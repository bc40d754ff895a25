import { hash, parse, type DataManifest, type JsonObject, type SplitRecord } from '@spatial-ensemble/record';
import type { Key } from '@spatial-ensemble/random';
import type { StreamViews } from './method.ts';
import {
  classCounts,
  drawSplit,
  type ImageSource,
  type IndexProgress,
  isCounts,
  loadImages,
  namedLabels,
  optionsOf,
  dataSchema,
  type DataSet,
  type DeclaredData,
  skippedText,
  type Split,
  splitProblems,
  type StreamSpec,
  UNKNOWN,
} from '@spatial-ensemble/datasets';

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

/** Loads a data set's images once, however often they are asked for. */
export type LoadImages = (
  set: DataSet,
  options: { readonly [option: string]: unknown },
  split: 'train' | 'test',
  heldOut?: string,
) => Promise<ImageSource>;

/**
 * Runs of one experiment differ in their seeds and arms, and share their images.
 *
 * @param progress told while a folder of files is indexed, which happens once.
 * @param log told what lies beside the images and is skipped.
 */
export function loadOnce(progress?: IndexProgress, log: (line: string) => void = () => undefined): LoadImages {
  const loaded = new Map<DataSet, Map<string, Promise<ImageSource>>>();
  return (set, options, split, heldOut) => {
    const ofSet = loaded.get(set) ?? new Map<string, Promise<ImageSource>>();
    loaded.set(set, ofSet);
    const name = `${split} ${JSON.stringify([options, heldOut])}`;
    const known = ofSet.get(name);
    if (known !== undefined) return known;
    const from = { split, ...(heldOut !== undefined && { heldOut }), ...(progress && { progress }) };
    const images = loadImages(set, options, from).then((source) => {
      const skipped = 'files' in source ? skippedText(source.skipped) : undefined;
      if (skipped !== undefined) log(`${source.title}, ${split} images: ${skipped}`);
      return source;
    });
    ofSet.set(name, images);
    return images;
  };
}

/**
 * Loads the images that a study declares and draws the split.
 *
 * @throws Error that says what to place where, if the images are not here; where a file that names the labels is not the
 *   one that is meant.
 */
export async function prepareData(
  { dataSet, data: declared }: { readonly dataSet: DataSet; readonly data: JsonObject },
  key: Key,
  load: LoadImages = loadOnce(),
): Promise<RunData> {
  const spec = parse(dataSchema([dataSet]), declared, 'the data of the study', 'data') as DeclaredData;
  const options = optionsOf(dataSet, spec);
  const named = typeof spec.heldOut === 'string' ? spec.heldOut : undefined;
  const [train, test] = (await Promise.all(
    (['train', 'test'] as const).map((split) => load(dataSet, options, split, named)),
  )) as [ImageSource, ImageSource];
  if (named !== undefined && train.heldOut === undefined)
    throw new Error(`data.heldOut: the data set ${dataSet.name} gave no images of the name '${named}' to be held out`);
  const apart = new Set(train.heldOut);
  const wrong = splitProblems(
    spec,
    perClassOf(
      train,
      [...train.labels.keys()].filter((index) => !apart.has(index)),
    ),
  );
  if (wrong.length > 0)
    throw new Error(`${train.title}:\n${wrong.map(({ key, says }) => `  - ${key}: ${says}`).join('\n')}`);
  const classes = train.classes.length;
  const { labelled, unlabelled } = spec;
  const split = drawSplit({
    key,
    labels: train.labels,
    classes,
    labelled:
      typeof labelled !== 'object'
        ? labelled
        : isCounts(labelled)
          ? classCounts(labelled, classes)
          : await namedLabels(labelled, train),
    unlabelled: isCounts(unlabelled) ? classCounts(unlabelled, classes) : unlabelled,
    heldOut: typeof spec.heldOut === 'number' ? spec.heldOut : (train.heldOut ?? []),
  });
  return { train, test, split, manifests: [train, test].map(manifestOf), splits: splitRecords(train, split) };
}

/**
 * How many of the images are of each class; those without a label are of none. `]!`: indices are of images, and
 * `checkImages` has seen their labels.
 */
function perClassOf({ classes, labels }: ImageSource, indices: Iterable<number>): number[] {
  const counts = classes.map(() => 0);
  for (const index of indices) if (labels[index] !== UNKNOWN) counts[labels[index]!]! += 1;
  return counts;
}

function manifestOf({ manifest }: ImageSource): DataManifest {
  const { name, title, split, count, sha256, verified } = manifest;
  return { name, title, split, images: count, sha256, verified };
}

function splitRecords(train: ImageSource, split: Split): SplitRecord[] {
  return Object.entries({ labelled: split.labelled, unlabelled: split.unlabelled, 'held-out': split.heldOut }).map(
    ([name, indices]) => {
      return { name, images: indices.length, indices: hash([...indices]), perClass: perClassOf(train, indices) };
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
      ...(stream.order && { order: stream.order }),
      views: Object.entries(stream.views).map(([view, augment]) => ({ name: view, augment })),
    };
  });
}
