import { draws, key } from '@spatial-ensemble/random';
import { describe, expect, test } from 'vitest';
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
      ...LEARNT,
      ['Conv2DBackpropInput', [6, 1]],
      ['Mul', [3, 2]],
      ['Mul', [3, 2]],
      ['Add', [8, 6]],
    ]);
    expect(lateNodes(step)).toEqual([{ node: 8, until: 5 }]);
  });
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
    const made = graphOf([...lasting, ...computed]);
    const read = new Set(made.nodes.flatMap(({ inputs }) => inputs.map(({ node }) => node)));
    const graph = { ...made, wanted: made.nodes.map((_, node) => node).filter((node) => !read.has(node)) };
    const late = lateNodes(graph);
    waits += late.length;
    const before = graph.nodes.map(({ inputs }, node) => [
      ...inputs.map((input) => input.node),
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
