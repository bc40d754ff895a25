import { folder, manifest, type DataSet } from '@spatial-ensemble/datasets';
import { fixmatch, type FixMatchInput } from '@spatial-ensemble/fixmatch';
import type { Result } from '@spatial-ensemble/record';
import { defineExperiment, type StudyOf } from '@spatial-ensemble/study';
import { describe, expect, test } from 'vitest';
import { ABOUT, onOwnImages, partsOf } from './own-images.ts';
import { CLASSES } from './own-photographs.ts';

// FixMatch on image files as people have them, and on a table of them, through the real loop. BYOL and MoCo: by night.

const DATA = { source: 'folder', labelled: 6, heldOut: 'val' } as const;
const STUDY: StudyOf<FixMatchInput> = {
  ...ABOUT,
  data: { ...DATA, resize: 16 },
  spec: {
    steps: 4,
    batch: { labelled: 3, unlabelledRatio: 2 },
    network: { depth: 10, width: 1, stemStride: 2, channels: 3, classes: 3 },
    augment: { shift: 2, cutout: 8 },
  },
  headline: { metric: 'accuracy', whose: 'teacher', rule: 'last' },
};

const ran = onOwnImages();

const fixmatchOn = (set: DataSet, data: typeof STUDY.data, runs: string): ReturnType<typeof ran> =>
  ran(defineExperiment(fixmatch, { ...STUDY, data }, { dataSets: [set] }), runs);

describe('FixMatch', () => {
  let ofFolder: Result;

  test('on a folder of images of any size, a part of them without labels, another one held out', async () => {
    const result = await fixmatchOn(folder, STUDY.data, 'runs');
    ofFolder = result;
    expect(result.run.data.manifests.map(({ split, images, title }) => [split, images, title])).toEqual([
      ['train', 33, 'own images (unverified, 33 of 3 classes)'],
      ['test', 9, 'own images (unverified, 9 of 3 classes)'],
    ]);
    expect(partsOf(result)).toEqual([
      ['labelled', 6, [2, 2, 2]],
      // The nine without a label, and the others of train.
      ['unlabelled', 27, [6, 6, 6]],
      ['held-out', 6, [2, 2, 2]],
    ]);
    expect(result.classes).toEqual(CLASSES);
    expect(result.series.find(({ name }) => name === 'heldOutAccuracy')?.points.length).toBeGreaterThan(0);
    expect(result.measures.filter(({ name }) => name === 'accuracy').length).toBeGreaterThan(0);
  }, 180_000);

  test('on a table of the same files it is the same run, to the last bit of its weights', async () => {
    const { source: _, ...data } = STUDY.data as typeof DATA & { resize: number };
    const result = await fixmatchOn(manifest, { ...data, source: 'manifest', splitColumn: 'use' }, 'by-manifest');
    expect(partsOf(result)).toEqual(partsOf(ofFolder));
    expect(result.weights).toBe(ofFolder.weights);
    expect(result.measures).toEqual(ofFolder.measures);
  }, 180_000);

  test('is refused where images have no one size, or those to be held out are none', async () => {
    await expect(fixmatchOn(folder, DATA, 'refused')).rejects.toThrow(
      /the view 'weak' of labelled images: .*Files of any size become one by --set data\.resize=96/,
    );
    await expect(fixmatchOn(folder, { ...DATA, resize: 16, heldOut: 'valid' }, 'refused')).rejects.toThrow(
      /data\.heldOut names a folder beside train whose images are held out: there is no .*valid/,
    );
  });
});
