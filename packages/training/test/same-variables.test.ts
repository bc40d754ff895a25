import type { Variables } from '@spatial-ensemble/nn';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { expect, test } from 'vitest';
import { sameVariables } from '../src/run/same-variables.ts';

test('one network under two names is one, whatever object holds it', () => {
  const [w, b] = [tf.scalar(1), tf.scalar(2)];
  const of = (params: Variables['params']): Variables => ({ params, buffers: { b } });
  expect(sameVariables(of({ w }), of({ w }))).toBe(true);
  expect(sameVariables(of({ w }), of({ w: b }))).toBe(false);
  expect(sameVariables(of({ w }), of({ w, v: b }))).toBe(false);
  tf.dispose([w, b]);
});
