import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { IndexProgress } from '../../data-set.ts';
import { inspectAll, isBroken } from '../../files/inspect-all.ts';
import { Skips } from '../../files/skipped.ts';
import { list, walk } from '../../files/walk.ts';
import { UNKNOWN } from '../../image-source.ts';
import type { Manifest } from '../../manifest.ts';
import { testShare } from '../test-share.ts';
import { indexFolder, refuseBroken, type Indexed } from './index-folder.ts';

const TRAIN = 'train';
/** Beside `train`: images without a label. */
const UNLABELLED = ['unlabelled', 'unlabeled'];
/** Beside `train`: test images. */
const TEST = ['test', 'val'];

/** What a directory of own images has, by its folders alone, in a few words. */
export function partsIn(root: string): string {
  const folders = foldersIn(root);
  const counted = (name: string, within: string): string => {
    const classes = foldersIn(within).length;
    return classes === 0
      ? `${name} without folders of classes`
      : `${name} of ${classes} ${classes === 1 ? 'class' : 'classes'}`;
  };
  const parts = [TRAIN, ...TEST]
    .filter((name) => folders.includes(name))
    .map((name) => counted(name, join(root, name)));
  const without = UNLABELLED.filter((name) => folders.includes(name));
  return folders.includes(TRAIN) ? [...parts, ...without].join(', ') : counted('images', root);
}

function foldersIn(directory: string): string[] {
  try {
    const entries = readdirSync(directory, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch {
    // Gone meanwhile, no directory, or not to be read: what loads it says so.
    return [];
  }
}

/** What of a folder is tested. */
interface Asked {
  readonly test?: string | number | undefined;
  readonly testSeed?: number | undefined;
  /** A folder beside `train`, whose images come with the training images and are held out. */
  readonly heldOut?: string | undefined;
}

/** Looks at a directory of own images, as `folder` declares it. Paths are from `root` on. */
export async function indexOwnFolder(
  root: string,
  asked: Asked,
  split: Manifest['split'],
  progress?: IndexProgress,
): Promise<Indexed> {
  refuseHeldOut(root, asked);
  if (!existsSync(join(root, TRAIN))) {
    if (typeof asked.test !== 'number')
      throw new Error(
        `there is no folder ${join(root, TRAIN)}. Put training images into train/CLASS and test images into test/CLASS; or, where ${root} has the folders of classes itself, say which share of them is for the test: --set data.test=0.2`,
      );
    return sharedOut(await indexFolder(root, '.', '.', progress), asked.test, asked.testSeed, split);
  }
  const isFlat = (await list(join(root, TRAIN), new Skips())).folders.length === 0;
  const test = typeof asked.test === 'number' ? undefined : testFolder(root, asked);
  if (isFlat && test === undefined)
    throw new Error(`${join(root, TRAIN)} has no folders of classes, so that no share of them can be tested`);
  const classesOf = isFlat ? (test ?? TRAIN) : TRAIN;
  if (split === 'test' && test !== undefined)
    return below(test, await indexFolder(root, test, classesOf, progress), ['.']);

  const whole = isFlat ? undefined : below(TRAIN, await indexFolder(root, TRAIN, TRAIN, progress), ['.']);
  const own =
    whole === undefined || typeof asked.test !== 'number' ? whole : sharedOut(whole, asked.test, asked.testSeed, split);
  if (split === 'test' && own !== undefined) return own;
  const classes = own?.index.classes ?? (await list(join(root, classesOf), new Skips())).folders;
  const without = [...(isFlat ? [TRAIN] : []), ...UNLABELLED.filter((name) => existsSync(join(root, name)))];
  const parts = await Promise.all(without.map((name) => unlabelled(root, name)));
  const trained = [...(own === undefined ? [] : [own]), ...parts];
  const first = trained.flatMap(({ index }) => index.entries).length;
  if (first === 0) throw new Error(`${join(root, TRAIN)} holds no images`);
  const held = await heldOutOf(root, asked.heldOut, classesOf, progress);
  const all = [...trained, ...held];
  const entries = all.flatMap(({ index }) => index.entries);
  return {
    index: {
      classes,
      entries,
      labels: all.flatMap(({ index }) => index.labels),
      ...(held.length > 0 && { heldOut: Array.from({ length: entries.length - first }, (_, i) => first + i) }),
    },
    rests: ['.', classesOf, ...all.flatMap(({ rests }) => rests)],
    skipped: all.flatMap(({ skipped }) => skipped),
  };
}

/** @throws Error where the folder that is held out is none, or is something else */
function refuseHeldOut(root: string, { heldOut, test }: Asked): void {
  if (heldOut === undefined) return;
  const says = (why: string): Error =>
    new Error(`data.heldOut names a folder beside train whose images are held out: ${why}`);
  if (/[/\\]/.test(heldOut)) throw says(`'${heldOut}' is no name of one`);
  if (heldOut === TRAIN || UNLABELLED.includes(heldOut)) throw says(`${heldOut} has training images`);
  if (heldOut === test) throw says(`${heldOut} has the test images, by data.test`);
  if (!existsSync(join(root, TRAIN))) throw says(`there is no ${join(root, TRAIN)}`);
  if (!existsSync(join(root, heldOut))) throw says(`there is no ${join(root, heldOut)}`);
}

/** The folder that is held out, if there is one, as a list. */
async function heldOutOf(
  root: string,
  folder: string | undefined,
  classesOf: string,
  progress?: IndexProgress,
): Promise<Indexed[]> {
  if (folder === undefined) return [];
  return [below(folder, await indexFolder(root, folder, classesOf, progress), ['.'])];
}

function testFolder(root: string, { test: asked, heldOut }: Asked): string {
  const there = TEST.filter((name) => name !== heldOut && existsSync(join(root, name)));
  const name = (typeof asked === 'string' ? asked : undefined) ?? (there.length === 1 ? there[0] : undefined);
  if (name !== undefined && existsSync(join(root, name))) return name;
  throw new Error(
    name !== undefined
      ? `there is no folder ${join(root, name)}, which data.test names`
      : there.length > 1
        ? `${root} has ${there.join(' and ')}: say which has the test images: --set data.test=${there[0]}; the other can be held out: --set data.heldOut=${there[1]}`
        : `${root} has ${heldOut === undefined ? `neither ${TEST.join(' nor ')} beside train` : `no test images beside train and ${heldOut}`}: put test images there, or take a share of the training images: --set data.test=0.2`,
  );
}

/** The part of labelled images that a share leaves for training, or is. */
function sharedOut(whole: Indexed, share: number, seed = 0, split: Manifest['split']): Indexed {
  const { classes, entries, labels } = whole.index;
  const isTest = testShare(labels, classes, share, seed);
  const wanted = (_: unknown, i: number): boolean => isTest[i] === (split === 'test');
  return { ...whole, index: { classes, entries: entries.filter(wanted), labels: labels.filter(wanted) } };
}

function below(folder: string, indexed: Indexed, more: readonly string[]): Indexed {
  const { index, rests } = indexed;
  const entries = index.entries.map(({ path, size }) => ({ path: `${folder}/${path}`, size }));
  return { ...indexed, index: { ...index, entries }, rests: [...rests, ...more] };
}

async function unlabelled(root: string, folder: string): Promise<Indexed> {
  const skips = new Skips();
  const { images, folders } = await walk(root, folder, skips);
  const all = await inspectAll(root, images);
  refuseBroken(all.filter(isBroken), root);
  const entries = all.flatMap((one) => (isBroken(one) ? [] : [one]));
  return {
    index: { classes: [], entries, labels: entries.map(() => UNKNOWN) },
    rests: folders,
    skipped: skips.list(),
  };
}
