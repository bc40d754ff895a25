import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fashionMnist, folder, loadImages, type ImageSet } from '@spatial-ensemble/datasets';
import { useTensorFlow } from '@spatial-ensemble/engine';
import { fixmatch, type FixMatchInput } from '@spatial-ensemble/fixmatch';
import { readResults } from '@spatial-ensemble/store';
import { defineExperiment, type StudyOf } from '@spatial-ensemble/study';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runExperiment } from '../src/run-experiment.ts';
import { CPU, quietly } from './quietly.ts';

// FixMatch on image files as people have them: folders of classes, a folder without labels beside them, no two sizes
// alike. The images are photographs of clothes from the embedded part of Fashion-MNIST.

const CLASSES = ['Bag', 'Sandal', 'Trouser'];
const DATA = { source: 'folder', labelled: 6, heldOut: 6 };
const STUDY: StudyOf<FixMatchInput> = {
  name: 'own-images',
  title: 'Own images',
  paper: [],
  cost: { hardware: 'a tiny machine', basis: 'made up' },
  data: { ...DATA, resize: 16 },
  spec: {
    steps: 4,
    batch: { labelled: 3, unlabelledRatio: 2 },
    network: { depth: 10, width: 1, stemStride: 2, channels: 3, classes: 3 },
    augment: { shift: 2, cutout: 8 },
  },
  arms: { tma: { title: 'TMA' } },
  seeds: [1],
  tiers: { small: {} },
  headline: { metric: 'accuracy', whose: 'teacher', rule: 'last' },
};

let root: string;
const before = { folder: process.env['SPATIAL_ENSEMBLE_FOLDER'], cache: process.env['SPATIAL_ENSEMBLE_CACHE'] };
beforeAll(async () => {
  await useTensorFlow();
  root = mkdtempSync(join(tmpdir(), 'own-images-'));
  const set = (await loadImages(fashionMnist, { images: 'embedded' }, { split: 'train' })) as ImageSet;
  for (const name of CLASSES) {
    const label = set.classes.indexOf(name);
    const ofClass = [...set.labels.keys()].filter((i) => set.labels[i] === label).slice(0, 12);
    for (const [n, index] of ofClass.entries())
      await put(
        set,
        index,
        n < 6 ? `train/${name}/${n}.png` : n < 9 ? `unlabelled/${name}-${n}.png` : `test/${name}/${n}.png`,
      );
  }
  process.env['SPATIAL_ENSEMBLE_FOLDER'] = join(root, 'images');
  process.env['SPATIAL_ENSEMBLE_CACHE'] = join(root, 'cache');
});
afterAll(() => {
  for (const [name, value] of [
    ['SPATIAL_ENSEMBLE_FOLDER', before.folder],
    ['SPATIAL_ENSEMBLE_CACHE', before.cache],
  ] as const)
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  rmSync(root, { recursive: true, force: true });
});

/** Each a size of its own. */
async function put(set: ImageSet, index: number, path: string): Promise<void> {
  const pixels = set.images.slice(index * 784, (index + 1) * 784);
  const file = join(root, 'images', path);
  mkdirSync(join(file, '..'), { recursive: true });
  const image = sharp(pixels, { raw: { width: 28, height: 28, channels: 1 } });
  writeFileSync(
    file,
    await image
      .resize(20 + (index % 17), 24 + (index % 5), { fit: 'fill' })
      .png()
      .toBuffer(),
  );
}

test('FixMatch on a folder of images of any size, a part of them without labels', async () => {
  const run = (study: typeof STUDY, runs: string) =>
    runExperiment({
      experiment: defineExperiment(fixmatch, study, { dataSets: [folder] }),
      selection: {},
      machine: CPU,
      session: quietly(join(root, runs)),
    });
  await run(STUDY, 'runs');
  const [{ result }] = (await readResults(join(root, 'runs'))) as [Awaited<ReturnType<typeof readResults>>[number]];
  expect(result.run.data.manifests.map(({ split, images, title }) => [split, images, title])).toEqual([
    ['train', 27, 'own images (unverified, 27 of 3 classes)'],
    ['test', 9, 'own images (unverified, 9 of 3 classes)'],
  ]);
  expect(result.splits.map(({ name, images, perClass }) => [name, images, perClass])).toEqual([
    ['labelled', 6, [2, 2, 2]],
    // The nine without a label, and of the 18 others those that are not held out.
    ['unlabelled', 21, [4, 4, 4]],
    ['held-out', 6, [2, 2, 2]],
  ]);
  expect(result.measures.filter(({ name }) => name === 'accuracy').length).toBeGreaterThan(0);

  await expect(run({ ...STUDY, data: DATA }, 'refused')).rejects.toThrow(
    /the view 'weak' of labelled images: .*Files of any size become one by --set data\.resize=96/,
  );
}, 60_000);
