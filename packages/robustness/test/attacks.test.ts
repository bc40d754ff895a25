import { useTensorFlow } from '@spatial-ensemble/engine';
import { key, type Key } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  attackersOf,
  autoProjectedGradient,
  gradientSign,
  norms,
  projectedGradient,
  square,
  type Attack,
  type Outcome,
} from '../src/index.ts';
import { checks } from '../src/attacks/auto-projected-gradient.ts';
import { classify, fixture, images, labels, weights, type Reference, type Weights } from './small-classifier.ts';

const COUNT = fixture.labels.length;
const VALUES = images.data.length / COUNT;
const keys = fixture.labels.map((_, i) => key(3).fold(i));
let variables: Weights;

beforeAll(async () => {
  await useTensorFlow();
  variables = weights();
});
afterAll(() => tf.dispose(variables));

async function attacked(attack: Attack, epsilon: number, of = { images, labels, keys }): Promise<Outcome> {
  const one = attackersOf('small', classify);
  const before = tf.memory().numTensors;
  try {
    return await one.attack(attack, variables, of, epsilon);
  } finally {
    expect(tf.memory().numTensors).toBe(before);
    one.dispose();
  }
}

const share = ({ right }: Outcome): number => right.reduce((sum, one) => sum + one, 0) / right.length;

/** The attack that the reference ran; APGD starts from what it drew. */
function attackOf({ attack, norm }: Reference): Attack {
  if (attack === 'fgsm') return gradientSign(norm);
  const plain = { norm, steps: fixture.steps, restarts: 1, stepSize: 0.25, randomStart: false };
  if (attack === 'pgd' || attack === 'momentum')
    return projectedGradient({ ...plain, momentum: attack === 'momentum' ? 1 : 0 });
  const apgd = autoProjectedGradient({
    norm,
    steps: fixture.steps,
    restarts: 1,
    loss: attack === 'apgd-ce' ? 'ce' : 'dlr',
  });
  const name = ({ hi, lo }: Key): string => `${hi} ${lo}`;
  const rows = new Map(keys.map((one, i) => [name(one.fold(attack).fold(0).fold('start')), i]));
  return {
    ...apgd,
    noise(of) {
      const row = rows.get(name(of))!;
      return Float32Array.from(fixture.noise[norm].slice(row * VALUES, (row + 1) * VALUES));
    },
  };
}

describe('attacks beside torchattacks', () => {
  it.each(fixture.attacks.map((one) => [`${one.attack}, ${one.norm}`, one] as const))(
    '%s: the same images are fooled, by the same pixels',
    async (_, reference) => {
      const outcome = await attacked(attackOf(reference), reference.epsilon);
      expect([...outcome.right]).toEqual(reference.right);
      // Of an image that it did not fool, the reference's APGD gives the clean one.
      const compared = reference.attack.startsWith('apgd')
        ? [0, 1, 2, 3].filter((i) => outcome.right[i] === 0)
        : [0, 1, 2, 3];
      const apart = compared.flatMap((i) =>
        Array.from({ length: VALUES }, (_, j) =>
          Math.abs(outcome.found[i * VALUES + j]! - reference.found[i * VALUES + j]!),
        ),
      );
      // A gradient of rounding's size has no sign: a pixel in a hundred may go the other way.
      expect(apart.filter((value) => value > 1e-4).length).toBeLessThanOrEqual(apart.length / 100);
    },
  );

  it('fools some images of the fixture and not all, so that the comparison can fail', () => {
    for (const { right } of fixture.attacks) {
      const still = right.reduce((sum, one) => sum + one, 0);
      expect(still).toBeGreaterThan(0);
      expect(still).toBeLessThan(COUNT);
    }
  });
});

const EPSILON = 24 / 255;
const apgd = autoProjectedGradient({ norm: 'linf', steps: 10, restarts: 1, loss: 'ce' });
const ALL: readonly Attack[] = [
  gradientSign('linf'),
  projectedGradient({ norm: 'linf', steps: 5, restarts: 2, stepSize: 0.25, randomStart: true, momentum: 0.5 }),
  apgd,
  square({ queries: 10, restarts: 1, share: 0.8 }),
];

describe('every attack', () => {
  it.each(ALL.map((one) => [one.name, one] as const))(
    '%s stays within epsilon and within the image',
    async (_, attack) => {
      const { found } = await attacked(attack, EPSILON);
      for (let i = 0; i < COUNT; i++) {
        const own = found.subarray(i * VALUES, (i + 1) * VALUES);
        const clean = images.data.subarray(i * VALUES, (i + 1) * VALUES);
        expect(norms.linf.length(own.map((value, j) => value - clean[j]!))).toBeLessThanOrEqual(EPSILON + 1e-6);
        expect(Math.min(...own)).toBeGreaterThanOrEqual(0);
        expect(Math.max(...own)).toBeLessThanOrEqual(1);
      }
    },
  );

  it.each(ALL.map((one) => [one.name, one] as const))(
    '%s: an image knows no other one of its batch',
    async (_, attack) => {
      const whole = await attacked(attack, EPSILON);
      const some = [5, 11, 2];
      const rows = (data: ArrayLike<number>, width: number): number[] =>
        some.flatMap((i) => Array.from({ length: width }, (_, j) => data[i * width + j]!));
      const part = await attacked(attack, EPSILON, {
        images: { data: Float32Array.from(rows(images.data, VALUES)), shape: [3, fixture.size, fixture.size, 3] },
        labels: { data: Int32Array.from(rows(labels.data, 1)), shape: [3] },
        keys: some.map((i) => keys[i]!),
      });
      expect([...part.right]).toEqual(rows(whole.right, 1));
      const apart = rows(whole.found, VALUES).map((value, i) => Math.abs(value - part.found[i]!));
      expect(Math.max(...apart)).toBeLessThan(1e-4);
    },
  );

  it.each(ALL.map((one) => [one.name, one] as const))(
    '%s leaves images alone whose epsilon is 0',
    async (_, attack) => {
      const { found, right } = await attacked(attack, 0);
      expect(right.every((one) => one === 1)).toBe(true);
      expect([...found]).toEqual([...images.data]);
    },
  );
});

describe('APGD', () => {
  it('looks at its steps where the paper says', () => {
    const looked = checks(100).flatMap((window, step) => (window > 0 ? [step + 1] : []));
    // p_{j+1} = p_j + max(p_j - p_{j-1} - 0.03, 0.06), from 0 and 0.22 on.
    expect(looked).toEqual([22, 41, 57, 70, 80, 87, 93, 99]);
  });

  it('is no weaker than PGD of as many steps', async () => {
    const pgd = projectedGradient({
      norm: 'linf',
      steps: 20,
      restarts: 1,
      stepSize: 0.25,
      randomStart: false,
      momentum: 0,
    });
    expect(share(await attacked(apgd, EPSILON))).toBeLessThanOrEqual(share(await attacked(pgd, EPSILON)));
  });

  it('refuses the ratio of logits of two classes', async () => {
    const two = attackersOf('two', (of: Weights, x: tf.Tensor4D) => tf.slice(classify(of, x), [0, 0], [-1, 2]));
    const ratio = autoProjectedGradient({ norm: 'linf', steps: 2, restarts: 1, loss: 'dlr' });
    await expect(two.attack(ratio, variables, { images, labels, keys }, EPSILON)).rejects.toThrow(/take 'ce'/);
    two.dispose();
  });
});

it('Square fools more with more queries, and a restart never gives an image back', async () => {
  const few = await attacked(square({ queries: 5, restarts: 1, share: 0.8 }), 2 * EPSILON);
  const many = await attacked(square({ queries: 100, restarts: 1, share: 0.8 }), 2 * EPSILON);
  expect(share(many)).toBeLessThan(share(few));
  const again = await attacked(square({ queries: 5, restarts: 3, share: 0.8 }), 2 * EPSILON);
  again.right.forEach((one, i) => expect(one).toBeLessThanOrEqual(few.right[i]!));
});
