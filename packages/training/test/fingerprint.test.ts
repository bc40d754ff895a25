import { fashionMnist } from '@spatial-ensemble/datasets';
import '@tensorflow/tfjs-backend-cpu';
import { useTensorFlow } from '@spatial-ensemble/engine';
import { seeds, type Key } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { bound } from '../src/bound.ts';
import { prepareData, type RunData } from '../src/data.ts';
import { compareFingerprints, updateFingerprints } from '../src/fingerprint/committed.ts';
import { fingerprintOf, type Fingerprint } from '../src/fingerprint/fingerprint.ts';
import { linearProbe } from './linear-probe.ts';
import { changed, logits, softmaxRegression, type Regression } from './softmax-regression.ts';

const SPEC = { steps: 5, batch: 4, learningRate: 0.1, momentum: 0.9 };
type Change = Parameters<typeof changed<typeof SPEC, unknown, ReturnType<Regression['bind']>>>[1];

describe('of a method', () => {
  let data: RunData;
  beforeAll(async () => {
    await useTensorFlow();
    data = await prepareData(
      { dataSet: fashionMnist, data: { source: 'fashion-mnist', images: 'embedded', labelled: 40, heldOut: 100 } },
      seeds(1).split,
    );
  });

  const of = (change: Change = () => ({})): Promise<Fingerprint> =>
    fingerprintOf(bound(changed(softmaxRegression, change), SPEC), 1, data);
  const differing = (a: Fingerprint, b: Fingerprint): string[] =>
    Object.keys(a).filter((part) => a[part as keyof Fingerprint] !== b[part as keyof Fingerprint]);

  test('is the same whenever it is taken, and leaves no tensor behind', async () => {
    const first = await of();
    const before = tf.memory().numTensors;
    expect(await of()).toEqual(first);
    expect(tf.memory().numTensors).toBe(before);
  });

  test.each<[string, Change]>([
    [
      'step',
      ({ step }) => ({
        step(...given: Parameters<typeof step>) {
          const [next, { loss }] = step(...given);
          return [next, { loss: tf.mul(loss as tf.Tensor, 2) }];
        },
      }),
    ],
    [
      'predict',
      () => ({ classifies: { view: [], predict: (...given: Parameters<typeof logits>) => tf.neg(logits(...given)) } }),
    ],
    [
      'encode',
      () => ({
        encodes: { view: [], features: 10, encode: (...given: Parameters<typeof logits>) => tf.neg(logits(...given)) },
      }),
    ],
    ['init', ({ init }) => ({ init: (key: Key) => init(key.fold('other')) })],
    [
      'schedule',
      ({ at }, { learningRate }) => ({
        at: (step: number) => ({ ...at(step), learningRate: learningRate / (1 + step / 11) }),
      }),
    ],
    [
      'batches',
      (_, { batch }) => ({
        streams: {
          labelled: {
            batch,
            views: {
              weak: [
                { op: 'flip', p: 0.6 },
                { op: 'shift', max: 2, mode: 'reflect' },
              ],
            },
          },
        },
      }),
    ],
  ])('a change of %s shows there alone', async (part, change) => {
    expect(differing(await of(), await of(change))).toEqual([part]);
  });
});

describe('of an evaluation', () => {
  const PROBE = { steps: 5, batch: 4, learningRate: 0.1, cached: true, whose: 'teacher', pretraining: SPEC } as const;

  test('starts from weights, predicts and encodes nothing, and hashes no feature that a processor rounds', async () => {
    await useTensorFlow();
    const data = await prepareData(
      { dataSet: fashionMnist, data: { source: 'fashion-mnist', images: 'embedded', labelled: 40, heldOut: 100 } },
      seeds(1).split,
    );
    const of = (scale: number, cached = true): Promise<Fingerprint> => {
      const from = softmaxRegression.bind(SPEC).init(seeds(1).init);
      const scaled = changed(linearProbe, ({ feeds }) => ({
        ...(feeds && {
          feeds: {
            ...feeds,
            features: (state: object, images: tf.Tensor) => tf.mul(feeds.features(state, images), scale),
          },
        }),
      }));
      return fingerprintOf(bound(scaled, { ...PROBE, cached }), 1, data, from);
    };
    const before = tf.memory().numTensors;
    const print = await of(1);
    expect(tf.memory().numTensors).toBe(before);
    expect(Object.keys(print).toSorted()).toEqual(['batches', 'init', 'predict', 'schedule', 'step']);
    expect(await of(1 + 2 ** -20)).toEqual(print);
    expect((await of(1, false)).batches).not.toBe(print.batches);
  });
});

describe('committed', () => {
  const print = (step: string): Fingerprint => ({
    step: step.repeat(64),
    predict: 'b'.repeat(64),
    init: 'b'.repeat(64),
    schedule: 'b'.repeat(64),
    batches: 'b'.repeat(64),
  });
  const of = (version: number, runs: Record<string, Fingerprint>) => ({ fixmatch: { version, runs } });
  const COMMITTED = of(1, { 'quickstart/sts': print('a') });

  test('the same is up to date', () => {
    expect(compareFingerprints(COMMITTED, COMMITTED)).toEqual([]);
    expect(updateFingerprints(COMMITTED, COMMITTED)).toEqual(COMMITTED);
  });

  test('a change demands a new version, and --write does not help', () => {
    const changed = of(1, { 'quickstart/sts': print('c') });
    const message =
      "fixmatch: quickstart/sts computes something else (step). Raise the method's version; old results are another version's.";
    expect(compareFingerprints(COMMITTED, changed)).toEqual([message]);
    expect(() => updateFingerprints(COMMITTED, changed)).toThrow(message);
    const raised = of(2, { 'quickstart/sts': print('c') });
    expect(compareFingerprints(COMMITTED, raised)).toEqual(['fixmatch: version 2 has no committed fingerprint']);
    expect(updateFingerprints(COMMITTED, raised)).toEqual(raised);
    expect(() => updateFingerprints(raised, COMMITTED)).toThrow(/computes something else/);
  });

  test('a part that is gone is a change', () => {
    const { predict: _, ...less } = print('a');
    expect(compareFingerprints(COMMITTED, of(1, { 'quickstart/sts': less }))[0]).toContain('something else (predict)');
    expect(compareFingerprints(of(1, { 'quickstart/sts': less }), COMMITTED)[0]).toContain('something else (predict)');
  });

  test('what is new or gone is said, and written', () => {
    const other = of(1, { 'quickstart/tma': print('a') });
    expect(compareFingerprints(COMMITTED, other)).toEqual([
      'fixmatch: quickstart/tma has no committed fingerprint',
      'fixmatch: quickstart/sts is declared no more',
    ]);
    expect(updateFingerprints(COMMITTED, other)).toEqual(other);
    expect(compareFingerprints(COMMITTED, {})).toEqual(['fixmatch: no experiment declares it any more']);
    expect(compareFingerprints({}, COMMITTED)).toEqual(['fixmatch: it has no committed fingerprint']);
  });
});
