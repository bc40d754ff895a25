import { draws, key, normal } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { compileStep, conv2d, useTensorFlow, valueAndGrad } from '@spatial-ensemble/engine';
import { lateNodes } from '../src/compile/late.ts';
import type { MemoryGraph } from '../src/compile/memory-graph.ts';

const LARGE = 2 ** 20;

/** A graph of nodes with one output each: op, the nodes that it reads, and its bytes. The last one is wanted. */
function graphOf(nodes: readonly (readonly [op: string, inputs: readonly number[], bytes?: number])[]): MemoryGraph {
  return {
    nodes: nodes.map(([op, inputs, bytes = LARGE]) => ({
      op,
      inputs: inputs.map((node) => ({ node, output: 0 })),
      after: [],
      outputs: [bytes],
    })),
    wanted: [nodes.length - 1],
  };
}

/** Images through one filter that is learnt, of which `more` becomes a step. */
const LEARNT = [
  ['Placeholder', []], // 0: images
  ['ReadVariableOp', []], // 1: the filter
  ['ReadVariableOp', []], // 2: its velocity
  ['Const', [], 4], // 3: a number
  ['Conv2D', [0, 1]], // 4
  ['Conv2DBackpropInput', [4, 1]], // 5
  ['Conv2DBackpropFilter', [5, 0]], // 6: the gradient
] as const;

describe('what need not be there before the backward pass is over', () => {
  test('momentum times velocity waits for the last gradient of an image before the filter’s', () => {
    const step = graphOf([...LEARNT, ['Mul', [3, 2]], ['Add', [7, 6]], ['AssignVariableOp', [1, 8]]]);
    expect(lateNodes(step)).toEqual([{ node: 7, until: 5 }]);
  });

  test('so does what it is made of', () => {
    const step = graphOf([...LEARNT, ['Cast', [2]], ['Mul', [3, 7]], ['Add', [8, 6]], ['AssignVariableOp', [1, 9]]]);
    expect(lateNodes(step)).toEqual([
      { node: 7, until: 5 },
      { node: 8, until: 5 },
    ]);
  });

  test.each([
    [
      'is read by the forward pass',
      [
        ['Mul', [3, 1]],
        ['Conv2D', [0, 7]],
        ['Add', [8, 6]],
      ],
    ],
    [
      'is read by the forward pass and by the update',
      [
        ['Mul', [3, 2]],
        ['Conv2D', [0, 7]],
        ['Add', [7, 6]],
        ['Add', [8, 9]],
      ],
    ],
    [
      'is small',
      [
        ['Mul', [3, 2], 400],
        ['Add', [7, 6]],
      ],
    ],
    [
      'depends on what is computed',
      [
        ['Mul', [3, 6]],
        ['Add', [7, 6]],
      ],
    ],
    ['is asked for itself', [['Mul', [3, 2]]]],
    [
      'is dear',
      [
        ['Conv2D', [2, 1]],
        ['Add', [7, 6]],
      ],
    ],
  ] as const)('what %s does not wait', (_, more) => {
    expect(lateNodes(graphOf([...LEARNT, ...more]))).toEqual([]);
  });

  test('what nobody asked for is neither told to wait nor waited for', () => {
    const step = graphOf([
      ...LEARNT.slice(0, 6),
      ['Conv2DBackpropInput', [4, 1]],
      ['Mul', [3, 2]],
      ['Conv2DBackpropFilter', [5, 0]],
      ['Mul', [3, 2]],
      ['Add', [9, 8]],
    ]);
    expect(lateNodes(step)).toEqual([{ node: 9, until: 5 }]);
  });
});

test.each([
  [
    'and by the update',
    [
      ['Add', [3, 8]],
      ['AssignVariableOp', [1, 9]],
    ],
  ],
  ['alone', [['AssignVariableOp', [1, 8]]]],
] as const)('what images are told to wait for, %s, waits for nothing that is made of them', (_, more) => {
  const step = graphOf([
    ...LEARNT.slice(0, 3),
    ['Mul', [2, 2]], // 3: before the images
    ['Identity', [0]], // 4: images, after it
    ['Conv2D', [4, 1]],
    ['Conv2D', [5, 1]],
    ['Conv2DBackpropInput', [6, 1]],
    ['Conv2DBackpropFilter', [7, 4]], // 8
    ...more,
  ]);
  const nodes = step.nodes.map((node, i) => (i === 4 ? { ...node, after: [3] } : node));
  expect(lateNodes({ ...step, nodes })).toEqual([]);
});

test('nothing comes to wait for itself, in 300 drawn graphs', () => {
  const OPS = ['Mul', 'Cast', 'Add', 'Conv2D', 'Conv2DBackpropInput'];
  let waits = 0;
  for (let n = 0; n < 300; n++) {
    const drawn = draws(key('late').fold(n));
    const lasting = Array.from({ length: 4 }, () => ['ReadVariableOp', []] as const);
    const computed = Array.from({ length: 4 + drawn.int(40) }, (_, i) => {
      const read = () => (drawn.boolean(0.4) ? drawn.int(4) : drawn.int(4 + i));
      return [OPS[drawn.int(OPS.length)]!, [read(), read()]] as const;
    });
    const plain = graphOf([...lasting, ...computed]);
    const after = (node: number): number[] => (node > 4 && drawn.boolean(0.2) ? [drawn.int(node)] : []);
    const made = { ...plain, nodes: plain.nodes.map((node, i) => ({ ...node, after: after(i) })) };
    const read = new Set(made.nodes.flatMap(({ inputs }) => inputs.map(({ node }) => node)));
    const graph = {
      ...made,
      wanted: made.nodes.map((_, node) => node).filter((node) => !read.has(node) || drawn.boolean(0.05)),
    };
    const late = lateNodes(graph);
    waits += late.length;
    const before = graph.nodes.map(({ inputs, after: told }, node) => [
      ...inputs.map((input) => input.node),
      ...told,
      ...late.filter((wait) => wait.node === node).map(({ until }) => until),
    ]);
    // In rounds: who has everything before it runs.
    const ran = new Set<number>();
    for (let left = before.length; left > 0; left--)
      before.forEach((needs, node) => void (needs.every((need) => ran.has(need)) && ran.add(node)));
    expect(ran.size, `graph ${n}`).toBe(before.length);
  }
  expect(waits).toBeGreaterThan(100);
});

test('a step of a function that runs holds less by what waits, and gives what the function gives as it is', async () => {
  await useTensorFlow();
  const names = Array.from({ length: 12 }, (_, i) => `filter${i}`);
  type Filters = { readonly [name: string]: tf.Tensor };
  const step = ({ w, v }: { w: Filters; v: Filters }, x: tf.Tensor) => {
    const { grads } = valueAndGrad((at: Filters) => {
      const y = names.reduce((images, name) => conv2d(images, at[name]!, 1, 'same'), x);
      return { loss: tf.mean(tf.square(y)) as tf.Scalar, aux: {} };
    })(w);
    const each = (make: (name: string) => tf.Tensor): Filters =>
      Object.fromEntries(Object.keys(w).map((name) => [name, make(name)]));
    const moved = each((name) => tf.add(tf.mul(0.9, v[name]!), grads[name]!));
    return [{ w: each((name) => tf.sub(w[name]!, tf.mul(0.1, moved[name]!))), v: moved }, {}] as const;
  };
  const filled = (seed: number): Filters =>
    Object.fromEntries(
      names.map((name) => [name, tf.mul(0.04, tf.tensor(normal(key(name).fold(seed), 9 * 64 * 64), [3, 3, 64, 64]))]),
    );
  const state = () => ({ w: filled(0), v: filled(1) });
  const x = tf.tensor(normal(key('images'), 4 * 4 * 64), [1, 4, 4, 64]);
  const compiled = compileStep(step, { name: 'late' });
  const filter = 4 * 9 * 64 * 64;
  // Two of each filter are state; beside them gradients and scaled velocities of a few layers at a time: with all twelve
  // velocities it would be 14. Images are small.
  const { peakBytes, stateBytes } = compiled.count(state(), x);
  expect(stateBytes).toBe(24 * filter);
  expect((peakBytes - stateBytes) / filter).toBeLessThan(8);
  const expected = step(state(), x)[0];
  const [left] = compiled(state(), x);
  for (const part of ['w', 'v'] as const)
    for (const name of names) {
      const apart = tf.max(tf.abs(tf.sub(left[part][name]!, expected[part][name]!)));
      expect(tf.div(apart, tf.max(tf.abs(expected[part][name]!))).dataSync()[0], `${part} ${name}`).toBeLessThan(1e-5);
    }
  compiled.dispose();
});
