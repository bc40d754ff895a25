import { useTensorFlow } from '@spatial-ensemble/engine';
import { parse } from '@spatial-ensemble/record';
import { runTiny } from '@spatial-ensemble/training/testing';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { dinoLoss, dinoOf, type DinoInput } from './dino.ts';
import { TINY_VIT, type VitFields } from './tiny-vit.ts';

beforeAll(() => useTensorFlow());

const dino = dinoOf(TINY_VIT);
const SPEC: DinoInput<VitFields> = {
  epochs: 1,
  images: 10_000,
  batch: 64,
  network: {
    size: 28,
    patch: 7,
    width: 32,
    heads: 4,
    hidden: 64,
    blocks: 2,
    channels: 1,
    mean: [0.286],
    deviation: [0.353],
    projector: { hidden: 64, outputs: 32 },
  },
  views: { size: 28, scale: [0.4, 1], flip: 0.5, grayscale: 0, evaluationResize: null },
  learningRate: 5e-4,
  weightDecay: 0.04,
  temperatures: { student: 0.1, teacher: 0.04 },
  centreMomentum: 0.9,
  teacher: { kind: 'sts' },
};

it('is trained, killed, gone on with and looked at as any other method', async () => {
  const run = await runTiny(dino, SPEC);
  expect(run.outcome.scores.map(({ name, whose }) => `${name} ${whose}`)).toEqual(['probe teacher', 'probe student']);
  expect(run.outcome.lines.map(({ kind }) => kind)).toContain('test');
}, 120_000);

it('refuses what its encoder says cannot be', () => {
  const network = { ...SPEC.network, patch: 5, heads: 3 };
  expect(() => parse(dino.schema, { ...SPEC, network }, 'the spec')).toThrow(
    /network\.patch: must divide the side of 28 pixels, got 5.*network\.heads: must divide the width of 32, got 3/s,
  );
});

it('loses nothing where both agree on one class, and ln 2 where the student cannot tell two apart', () => {
  const loss = (student: number[], teacher: number[]): number =>
    dinoLoss(tf.tensor2d([student]), tf.tensor2d([teacher]), tf.tensor1d([0, 0]), {
      student: 1,
      teacher: 0.01,
    }).dataSync()[0]!;
  expect(loss([100, 0], [1, 0])).toBeCloseTo(0, 6);
  expect(loss([3, 3], [1, 0])).toBeCloseTo(Math.LN2, 6);
});
