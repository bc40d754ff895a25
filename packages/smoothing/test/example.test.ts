import { readFileSync } from 'node:fs';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { follow, params } from './example.ts';
import { filled } from './tensors.ts';

it('the README shows the example that is run here', () => {
  const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
  expect(read('../README.md')).toContain(`\`\`\`ts\n${read('./example.ts')}\`\`\`\n`);
});

it('its teacher follows a student, and keeps the number of tensors', () => {
  const [steps, still] = [400, filled(params, 'student')];
  const student = { params: still, buffers: { 'bn/mean': tf.ones([8]) } };
  let teacher = { params: filled(params, 'teacher'), buffers: { 'bn/mean': tf.zeros([8]) } } as Parameters<
    typeof follow
  >[0];
  const distance = (): number =>
    tf.tidy(() =>
      Math.max(
        ...Object.keys(params).map(
          (name) => tf.max(tf.abs(tf.sub(teacher.params[name]!, still[name]!))).dataSync()[0]!,
        ),
      ),
    );
  const [tensors, first] = [tf.memory().numTensors, distance()];
  for (let step = 0; step < steps; step++) teacher = follow(teacher, student, step, steps);
  expect(tf.memory().numTensors).toBe(tensors);
  // 1 − m sums to 2 over the run, and 1 − p = 0.3 of it moves: e^−0.6 = 0.55 of the way is left, give or take a channel.
  expect(distance()).toBeLessThan(0.75 * first);
  expect(distance()).toBeGreaterThan(0.3 * first);
});
