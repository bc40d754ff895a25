import { byol, ByolSpec, RECIPES } from '@spatial-ensemble/byol';
import { folder } from '@spatial-ensemble/datasets';
import { moco, MocoSpec } from '@spatial-ensemble/moco';
import { defineExperiment } from '@spatial-ensemble/study';
import { expect, test } from 'vitest';
import { ABOUT, onOwnImages, partsOf } from './own-images.ts';

// BYOL and MoCo on image files as people have them, through the real loop.

const ran = onOwnImages();

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
