import { useTensorFlow } from '@spatial-ensemble/engine';
import { knnMeasurement, KnnSpec } from '@spatial-ensemble/evaluation';
import { runTiny } from '@spatial-ensemble/training/testing';
import { beforeAll, expect, it } from 'vitest';
import { moco } from '../src/index.ts';

beforeAll(() => useTensorFlow());

it('learns of two streams by two sets of norms: trained, killed, gone on with', async () => {
  const adversarial = { steps: 1, stream: 'dual', batchNorm: 'dual' };
  const { outcome } = await runTiny(moco, { teacher: { kind: 'sts', granularity: 'channel' }, adversarial });
  expect(outcome.lines.map(({ kind }) => kind)).toContain('test');
});

it.each(['none', 'sts'] as const)('with the teacher %s: trained, killed, gone on with, evaluated', async (kind) => {
  const spec = KnnSpec.parse({ k: 5, bank: 200, sanity: [], every: 2 });
  const measurings = [{ name: 'knn', measurement: knnMeasurement as never, spec }];
  const { outcome } = await runTiny(moco, { teacher: { kind } }, { measurings });
  expect(outcome.lines.map(({ kind: line }) => line)).toContain('test');
  // What it tells of its nearest neighbours meanwhile was the same where it was killed.
  const looks = outcome.lines.filter(({ kind: line }) => line === 'measured');
  expect(looks.map(({ step }) => step)).toEqual([0, 2, 4]);
  for (const { values } of looks) {
    const [teacher, student] = ['teacher', 'student'].map((whose) => values[`knn-held-out ${whose}`]!);
    // Of 50 images, with clothes of ten kinds: better than guessing, before the first step too.
    for (const value of [teacher!, student!])
      expect(value > 20 && value < 100 && Number.isInteger(value / 2)).toBe(true);
    if (kind === 'none') expect(teacher).toBe(student);
  }
});
