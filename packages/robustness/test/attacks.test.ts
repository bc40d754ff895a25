import { useTensorFlow } from '@spatial-ensemble/engine';
import { key, type Draws, type Key } from '@spatial-ensemble/random';
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
import { poles, squaresInL2 } from '../src/attacks/squares-in-l2.ts';
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

/** The attack that the reference ran; APGD starts from what it drew, and Square draws what it did. */
function attackOf(reference: Reference): Attack {
  const { attack, norm } = reference;
  if (attack === 'fgsm') return gradientSign(norm);
  if (attack === 'square') return squareOf(reference);
  const plain = { norm, steps: fixture.steps, restarts: 1, stepSize: 0.25, randomStart: false };
  if (attack === 'pgd' || attack === 'momentum')
    return projectedGradient({ ...plain, momentum: attack === 'momentum' ? 1 : 0 });
  const apgd = autoProjectedGradient({
    norm,
    steps: fixture.steps,
    restarts: 1,
    loss: attack === 'apgd-ce' ? 'ce' : 'dlr',
  });
  return startingFrom(apgd, fixture.noise[norm]);
}

/** @param noise of all images, one after the other */
function startingFrom(attack: Attack, noise: readonly number[]): Attack {
  const name = ({ hi, lo }: Key): string => `${hi} ${lo}`;
  const rows = new Map(keys.map((one, i) => [name(one.fold(attack.name).fold(0).fold('start')), i]));
  return {
    ...attack,
    noise(of) {
      const row = rows.get(name(of))!;
      return Float32Array.from(noise.slice(row * VALUES, (row + 1) * VALUES));
    },
  };
}

function squareOf({ norm, start, draws }: Reference): Attack {
  const own = square({ norm, queries: draws!.length, restarts: 1, share: 0.8 });
  const each = (value: number) => ({ data: new Float32Array(COUNT).fill(value), shape: [COUNT] });
  return {
    ...startingFrom(own, start!),
    at(step, of, size) {
      const { corners, turned, signs } = draws![step]!;
      const [top, left, otherTop, otherLeft] = corners.map(each);
      return {
        ...own.at!(step, of, size),
        top: top!,
        left: left!,
        ...(norm === 'l2' && { otherTop: otherTop!, otherLeft: otherLeft!, turned: each(turned!) }),
        signs: { data: Float32Array.from(signs), shape: [COUNT, size.channels] },
      };
    },
  };
}

describe('attacks beside torchattacks', () => {
  it.each(fixture.attacks.map((one) => [`${one.attack}, ${one.norm}`, one] as const))(
    '%s: the same images are fooled, by the same pixels',
    async (_, reference) => {
      const outcome = await attacked(attackOf(reference), reference.epsilon);
      expect([...outcome.right]).toEqual(reference.right);
      // Of an image that they did not fool, the reference's APGD and Square give the clean one.
      const compared = /^apgd|^square/.test(reference.attack)
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
  square({ norm: 'linf', queries: 10, restarts: 1, share: 0.8 }),
];
const EVERY = [...ALL, { ...square({ norm: 'l2', queries: 10, restarts: 1, share: 0.8 }), name: 'square-l2' }];

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

  it.each(EVERY.map((one) => [one.name, one] as const))(
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

  it.each(EVERY.map((one) => [one.name, one] as const))(
    '%s leaves images alone whose epsilon is 0',
    async (_, attack) => {
      const { found, right } = await attacked(attack, 0);
      expect(right.every((one) => one === 1)).toBe(true);
      expect([...found]).toEqual([...images.data]);
    },
  );
});

describe('attacks on a network that diverged', () => {
  it.each(ALL.map((one) => [one.name, one] as const))('%s refuses it', async (name, attack) => {
    const one = attackersOf('diverged', (of: Weights, x) => tf.mul(classify(of, x), Number.NaN) as tf.Tensor2D);
    const before = tf.memory().numTensors;
    const tried = one.attack(attack, variables, { images, labels, keys }, EPSILON);
    await expect(tried).rejects.toThrow(`diverged: the logits of ${COUNT} of ${COUNT} images are not finite (attack: ${name})`); // prettier-ignore
    expect(tf.memory().numTensors).toBe(before);
    one.dispose();
  });
});

describe('more steps than an attack was made for', () => {
  it.each(EVERY.filter(({ name }) => name !== 'pgd' && name !== 'fgsm').map((one) => [one.name, one] as const))(
    '%s refuses them, whose steps follow from how many there are',
    (_, attack) => {
      const size = { height: fixture.size, width: fixture.size, channels: 3 };
      expect(attack.at!(attack.steps - 1, keys, size)).toBeDefined();
      expect(() => attack.at!(attack.steps, keys, size)).toThrow(RangeError);
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

describe('Square', () => {
  it.each([
    ['linf', 2 * EPSILON],
    ['l2', 2],
  ] as const)(
    'within %s fools more with more queries, and a restart never gives an image back',
    async (norm, epsilon) => {
      const few = await attacked(square({ norm, queries: 5, restarts: 1, share: 0.8 }), epsilon);
      const many = await attacked(square({ norm, queries: 100, restarts: 1, share: 0.8 }), epsilon);
      expect(share(many)).toBeLessThan(share(few));
      const again = await attacked(square({ norm, queries: 5, restarts: 3, share: 0.8 }), epsilon);
      again.right.forEach((one, i) => expect(one).toBeLessThanOrEqual(few.right[i]!));
    },
  );

  it('within L2 stays within epsilon and within the image, at the border where no pixel is cut', async () => {
    const { found } = await attacked(square({ norm: 'l2', queries: 10, restarts: 1, share: 0.8 }), 0.4);
    for (let i = 0; i < COUNT; i++) {
      const own = found.subarray(i * VALUES, (i + 1) * VALUES);
      const length = norms.l2.length(own.map((value, j) => value - images.data[i * VALUES + j]!));
      expect(length).toBeLessThanOrEqual(0.4 + 1e-5);
      if (own.every((value) => value > 0 && value < 1)) expect(length).toBeCloseTo(0.4, 5);
      expect(Math.min(...own)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...own)).toBeLessThanOrEqual(1);
    }
  });

  it.each(Object.entries(fixture.squares.poles))('has the poles of torchattacks, %s pixels wide', (side, expected) => {
    const found = poles(Number(side));
    expect(Math.max(...expected.map((value, i) => Math.abs(value - found[i]!)))).toBeLessThan(1e-6);
  });

  it('begins within L2 where torchattacks does', () => {
    const { size, channels, turned, signs, start } = fixture.squares.begins;
    // In its order: whether a tile is turned, and its signs.
    const drawn = turned.flatMap((one, tile) => [one === 1, ...signs.slice(tile * channels, (tile + 1) * channels).map((value) => value > 0)]); // prettier-ignore
    const found = squaresInL2.first({ boolean: () => drawn.shift()! } as unknown as Draws, {
      height: size,
      width: size,
      channels,
    });
    expect(drawn).toHaveLength(0);
    expect(Math.max(...start.map((value, i) => Math.abs(value - found[i]!)))).toBeLessThan(1e-6);
  });
});
