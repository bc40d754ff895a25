import '@tensorflow/tfjs';
import type { Tensors } from '@spatial-ensemble/smoothing';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { METAS } from '../figure/network.ts';
import { LOOK_EVERY, Session } from '../figure/session.ts';
import { dispose, start, step, TEACHERS, training, type Settings, type State } from '../figure/training.ts';

const SETTINGS: Settings = { momentum: 0.9, preserve: 0.5, granularity: 'tensor', teaching: 'sts' };

beforeAll(() => tf.setBackend('cpu'));

const values = (tensors: Tensors): Record<string, number[]> =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, [...tensor.dataSync()]]));

function trained(settings: Settings, steps: number): State {
  const of = training(3);
  let state = start(of);
  for (let i = 0; i < steps; i++) ({ state } = step(of, state, settings));
  return state;
}

test('at p = 0, STS and its control are TMA and SE is the student; at p = 1 the masked teachers stay', () => {
  const moving = trained({ ...SETTINGS, preserve: 0 }, 5);
  const { student, teachers } = moving;
  // As exact as 1 − (1 − m) is in floating point.
  for (const teacher of ['sts', 'tma-effective'] as const)
    for (const [name, expected] of Object.entries(values(teachers.tma)))
      for (const [i, value] of values(teachers[teacher])[name]!.entries()) expect(value).toBeCloseTo(expected[i]!, 6);
  expect(values(teachers.se)).toEqual(values(student));
  const still = trained({ ...SETTINGS, preserve: 1 }, 5);
  const first = start(training(3));
  expect(values(still.teachers.sts)).toEqual(values(first.student));
  expect(values(still.teachers.se)).toEqual(values(first.student));
  expect(values(still.student)).not.toEqual(values(first.student));
  for (const state of [moving, still, first]) dispose(state);
});

test('the masks that are drawn are those that the weights show', () => {
  const of = training(3);
  let state = start(of);
  const names = Object.keys(METAS);
  const seen = { kept: 0, moved: 0 };
  for (let i = 0; i < 20; i++) {
    const before = { sts: values(state.teachers.sts), se: values(state.teachers.se) };
    const next = step(of, state, SETTINGS);
    state = next.state;
    expect(next.told.kept).toHaveLength(names.length);
    const student = values(state.student);
    for (const [unit, name] of names.entries()) {
      const isKept = next.told.kept[unit]!;
      seen[isKept ? 'kept' : 'moved']++;
      expect(values(state.teachers.se)[name]).toEqual(isKept ? before.se[name] : student[name]);
      const stays = values(state.teachers.sts)[name]!.every((value, at) => value === before.sts[name]![at]);
      // Biases begin as zeros on both sides.
      if (isKept || i > 0) expect(stays, `${name} at update ${i}`).toBe(isKept);
    }
  }
  expect(Math.min(seen.kept, seen.moved)).toBeGreaterThan(40);
  dispose(state);
});

test('what it trains hangs on seed and settings alone, holds no tensor too many, and learns', () => {
  const before = tf.memory().numTensors;
  const run = (): Session => {
    const session = new Session(1);
    for (let i = 0; i < 6 * LOOK_EVERY; i++) session.advance({ ...SETTINGS, preserve: i < 30 ? 0.5 : 0.2 });
    return session;
  };
  const [one, two] = [run(), run()];
  expect(one.looks.map(({ step }) => step)).toEqual([0, 10, 20, 30, 40, 50, 60]);
  expect(two.looks).toEqual(one.looks);
  expect(two.masks).toEqual(one.masks);
  const [first, last] = [one.looks[0]!, one.looks.at(-1)!];
  expect(last.accuracy.student).toBeGreaterThan(Math.max(75, first.accuracy.student));
  for (const teacher of TEACHERS) expect(first.distance[teacher]).toBe(0);
  one.close();
  two.close();
  expect(tf.memory().numTensors).toBe(before);
});

test('STS is as far from its student as the moving average of its mean age, and farther than TMA', () => {
  const session = new Session(2);
  for (let i = 0; i < 200; i++) session.advance({ ...SETTINGS, granularity: 'channel' });
  const settled = session.looks.slice(5);
  const mean = (of: (look: (typeof settled)[number]) => number): number =>
    settled.reduce((sum, look) => sum + of(look), 0) / settled.length;
  const [sts, control, tma] = (['sts', 'tma-effective', 'tma'] as const).map((teacher) =>
    mean(({ distance }) => distance[teacher]),
  ) as [number, number, number];
  expect(Math.abs(sts / control - 1)).toBeLessThan(0.1);
  expect(sts / tma).toBeGreaterThan(1.15);
  session.close();
});
