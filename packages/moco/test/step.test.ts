import { compileStep, hostScalar, useTensorFlow } from '@spatial-ensemble/engine';
import { key, stepMask, words } from '@spatial-ensemble/random';
import type { At, Batch } from '@spatial-ensemble/training';
import type * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { moco, MocoSpec, type MocoInput, type MocoState } from '../src/index.ts';

beforeAll(async () => {
  await useTensorFlow();
});

const specOf = (changes: MocoInput = {}): MocoSpec => moco.smoke(MocoSpec.parse(changes));

const images = (name: string) => ({
  data: Uint8Array.from(words(key(name), 8 * 28 * 28), (word) => word & 255),
  shape: [8, 28, 28, 1],
});

/** The state after some compiled steps, and the metrics of the last. */
function after(spec: MocoSpec, steps: number): readonly [MocoState, { readonly [name: string]: number }] {
  const step = compileStep(moco.step(spec));
  let state = moco.init(spec, key(1));
  let shown = {};
  for (let k = 0; k < steps; k++) {
    const labels = { data: Int32Array.from({ length: 8 }, (_, i) => i), shape: [8] };
    const batch = { unlabelled: { one: images(`a${k}`), two: images(`b${k}`), labels } } as unknown as Batch;
    const scalars = Object.fromEntries(
      Object.entries(moco.at(spec, k)).map(([name, value]) => [name, hostScalar(value)]),
    );
    const [next, metrics] = step(state, batch, { scalars, key: stepMask(key(9), k) } as unknown as At);
    state = next;
    shown = Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, value.dataSync()[0]]));
  }
  return [state, shown];
}

const rows = (x: tf.Tensor2D): number[][] => x.arraySync();

describe('a step', () => {
  it('moves the queue on by one batch of keys at length 1', () => {
    const spec = specOf();
    const before = rows(moco.init(spec, key(1)).queue);
    const now = rows(after(spec, 1)[0].queue);
    expect(now.length).toBe(32);
    expect(now.slice(8)).toEqual(before.slice(0, 24));
    for (const row of now.slice(0, 8)) expect(row.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 4);
  });

  it('is another one with shuffled batch norm, and the same without groups', () => {
    const keys = (shuffled: boolean, groups: number): number[][] => {
      const network = { batchNorm: { groups } };
      return rows(after(specOf({ shuffle: shuffled, network }), 1)[0].queue).slice(0, 8);
    };
    expect(keys(true, 2)).not.toEqual(keys(false, 2));
    const [one, other] = [keys(true, 1), keys(false, 1)];
    one.flat().forEach((value, i) => expect(value).toBeCloseTo(other.flat()[i]!, 4));
  });

  it('follows before it makes its keys: at momentum 0 the teacher is the student before the step', () => {
    const spec = specOf({ teacher: { kind: 'tma', momentum: 0 } });
    const [{ teacher }] = after(spec, 1);
    const start = moco.init(spec, key(1)).student;
    for (const [name, tensor] of Object.entries(teacher!.params))
      expect([...tensor.dataSync()], name).toEqual([...start.params[name]!.dataSync()]);
  });

  it('without a teacher makes its own keys', () => {
    const [state, metrics] = after(specOf({ teacher: { kind: 'none' } }), 2);
    expect(state.teacher).toBe(undefined);
    expect(metrics['loss']).toBeGreaterThan(0);
  });
});

describe('what is refused', () => {
  it('a queue of parts of batches, and a batch that groups do not divide', () => {
    const spec = specOf();
    expect(() => moco.init({ ...spec, queue: 30 }, key(1))).toThrow('30 is not a multiple of 8. Try --set queue=32');
    const batchNorm = { ...spec.network.batchNorm, groups: 3 };
    expect(() => moco.init({ ...spec, network: { ...spec.network, batchNorm } }, key(1))).toThrow(
      'a batch of 8 cannot be normalised in 3 equal groups',
    );
  });
});
