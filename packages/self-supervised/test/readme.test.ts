import { useTensorFlow } from '@spatial-ensemble/engine';
import type { AugmentSpec } from '@spatial-ensemble/augment';
import type { Encoder } from '@spatial-ensemble/nn';
import type * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { runExample } from '../../../tools/vitest/readme-example.ts';

it('the example of README.md runs', async () => {
  await useTensorFlow();
  const { view, encoder, features } = await runExample(new URL('../README.md', import.meta.url), [
    'view',
    'encoder',
    'features',
  ]);
  expect((view as AugmentSpec).map(({ op }) => op)).toEqual([
    'random-resized-crop',
    'color-jitter',
    'gaussian-blur',
    'flip',
  ]);
  expect((features as tf.Tensor2D).shape).toEqual([2, (encoder as Encoder).features]);
});
