// Views of the photographs of a folder, loaded on two threads, and one view by `augment` alone.
//
//     SPATIAL_ENSEMBLE_FOLDER=photographs node augmented.mjs
import { createHash } from 'node:crypto';
import { applyTransforms, drawTransforms } from '@spatial-ensemble/augment';
import { folder, loadImages, openLoader } from '@spatial-ensemble/datasets';
import { draws, key } from '@spatial-ensemble/random';

const AUGMENT = [
  {
    op: 'random-resized-crop',
    size: 64,
    scale: [0.3, 1],
    ratio: [0.75, 1.33],
    interpolation: 'bicubic',
    style: 'torchvision',
  },
  { op: 'flip', p: 0.5 },
];

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

const source = await loadImages(folder, { test: 0.5 }, { split: 'train', env: process.env });
const indices = Int32Array.from({ length: source.count }, (_, i) => i);
const loader = openLoader({
  source,
  key: key(1),
  steps: 3,
  workers: 2,
  streams: [{ name: 'all', indices, batch: 2, views: [{ name: 'view', augment: AUGMENT }] }],
});
const batches = [];
for (let step = 0; step < 3; step++) {
  const { value } = await loader.next();
  const { view, labels } = value.streams.all;
  batches.push({ shape: view.shape, labels: [...labels.data], sha256: sha256(view.data) });
}
await loader.close();

const shape = { height: 96, width: 128, channels: 3 };
const image = Uint8Array.from({ length: 96 * 128 * 3 }, (_, i) => (i * i) % 251);
const view = applyTransforms(image, shape, drawTransforms(AUGMENT, shape, draws(key(2))));
console.log(JSON.stringify({ classes: source.classes, batches, alone: { bytes: view.length, sha256: sha256(view) } }));
