import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { byol, ByolSpec, RECIPES } from '@spatial-ensemble/byol';
import { folder, manifest, type DataSet } from '@spatial-ensemble/datasets';
import { useTensorFlow } from '@spatial-ensemble/engine';
import { fixmatch, type FixMatchInput } from '@spatial-ensemble/fixmatch';
import { moco, MocoSpec } from '@spatial-ensemble/moco';
import type { Result } from '@spatial-ensemble/record';
import { readResults } from '@spatial-ensemble/store';
import { defineExperiment, type StudyOf } from '@spatial-ensemble/study';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Experiment } from '../src/experiment.ts';
import { runExperiment } from '../src/run-experiment.ts';
import { CLASSES, ownPhotographs } from './own-photographs.ts';
import { CPU, quietly } from './quietly.ts';

// Every method on image files as people have them, and on a table of them, through the real loop.

const DATA = { source: 'folder', labelled: 6, heldOut: 'val' } as const;
const ABOUT = {
  name: 'own-images',
  title: 'Own images',
  paper: [],
  cost: { hardware: 'a tiny machine', basis: 'made up' },
  arms: { tma: { title: 'TMA' } },
  seeds: [1],
  tiers: { small: {} },
};
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

let root: string;
const VARIABLES = ['SPATIAL_ENSEMBLE_FOLDER', 'SPATIAL_ENSEMBLE_MANIFEST', 'SPATIAL_ENSEMBLE_CACHE'] as const;
const before = VARIABLES.map((name) => process.env[name]);
beforeAll(async () => {
  await useTensorFlow();
  root = mkdtempSync(join(tmpdir(), 'own-images-'));
  await ownPhotographs(join(root, 'images'));
  const places = ['images', 'images/labels.csv', 'cache'];
  VARIABLES.forEach((name, i) => (process.env[name] = join(root, places[i]!)));
});
afterAll(() => {
  for (const [i, name] of VARIABLES.entries())
    if (before[i] === undefined) delete process.env[name];
    else process.env[name] = before[i];
  rmSync(root, { recursive: true, force: true });
});

/** Runs an experiment of one run in a store of its own. */
async function ran(experiment: Experiment, runs: string): Promise<Result> {
  const store = join(root, runs);
  await runExperiment({ experiment, selection: {}, machine: CPU, session: quietly(store) });
  const [stored] = await readResults(store);
  return stored!.result;
}

const fixmatchOn = (set: DataSet, data: typeof STUDY.data, runs: string): ReturnType<typeof ran> =>
  ran(defineExperiment(fixmatch, { ...STUDY, data }, { dataSets: [set] }), runs);

const partsOf = ({ splits }: Result) => splits.map(({ name, images, perClass }) => [name, images, perClass]);

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

const PIXELS = { channels: 3, mean: [0.5, 0.5, 0.5], deviation: [0.25, 0.25, 0.25] } as const;
const SELF_SUPERVISED = {
  ...ABOUT,
  data: { source: 'folder', test: 'test', labelled: 'all', heldOut: 3 },
  headline: { metric: 'probe', whose: 'student', rule: 'last' },
} as const;
/** What a tiny spec has of these images: those that are not held out, with or without a label. */
const few = <Spec extends Readonly<Record<'network' | 'views' | 'probe', object>>>(spec: Spec): Spec => ({
  ...spec,
  steps: 4,
  images: 24,
  batch: 8,
  network: { ...spec.network, ...PIXELS },
  // Images of any size are cropped to one to be looked at.
  views: { ...spec.views, evaluationResize: 28 },
  probe: { ...spec.probe, classes: 3 },
});

test.each([
  ['BYOL', () => defineExperiment(byol, { ...SELF_SUPERVISED, spec: few(byol.smoke(ByolSpec.parse(RECIPES.byol))) }, { dataSets: [folder] })], // prettier-ignore
  ['MoCo', () => defineExperiment(moco, { ...SELF_SUPERVISED, spec: few({ ...moco.smoke(MocoSpec.parse({})), queue: 16 }) }, { dataSets: [folder] })], // prettier-ignore
])(
  '%s learns from a folder of images of any size, as they are',
  async (name, experiment) => {
    const result = await ran(experiment(), name);
    expect(result.status).toBe('complete');
    expect(partsOf(result)).toEqual([
      ['labelled', 15, [5, 5, 5]],
      ['unlabelled', 24, [5, 5, 5]],
      ['held-out', 3, [1, 1, 1]],
    ]);
    expect(result.series.find(({ name: of }) => of === 'loss')?.points.every(([, value]) => value > 0)).toBe(true);
    expect(result.measures.filter(({ split }) => split === 'test').length).toBeGreaterThan(0);
  },
  180_000,
);
