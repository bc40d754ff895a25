// Nodes are told by their places in `nodes`, and each stands behind those whose values it reads: what is looked up by `]!` is there.
import { LASTING, neededBy, type MemoryGraph } from './memory-graph.ts';

/** A node that is to run after another one. */
export interface Wait {
  readonly node: number;
  readonly until: number;
}

/** Ops on numbers one by one, whose result is not smaller than what they read. */
const CHEAP = /^(Add|AddV2|Cast|GreaterEqual|Identity|Less|Mul|Neg|Reshape|Square|StatelessRandom.*|Sub)$/;

/**
 * Ops that others may be told to wait for: those that TensorFlow's passes fuse with no neighbour. They leave alone what
 * somebody waits for, and a fusion that does not come about would be slower and might have other last bits.
 */
const AWAITED: ReadonlySet<string> = new Set(['Conv2DBackpropInput']);

/** Smaller values are not worth waiting with. */
const LEAST_BYTES = 2 ** 16;

/**
 * What is better computed late. TensorFlow begins whatever has its inputs, so that what depends on state and arguments
 * alone (momentum times velocity, decay times weight, the masks of smoothing) is made when a step begins, and held until
 * the backward pass is over. Such a node is told to wait for the last gradient of an image that is recorded before
 * everything that reads it, reads what is made of it, or runs after it, has its other inputs. That gradient is before them
 * in time of recording, and need not be one of what they are made of: a function that trains two networks, one after the
 * other, might so wait with the second for the first.
 *
 * It can never wait for itself: whatever depends on a node is recorded behind those other inputs.
 */
export function lateNodes(graph: MemoryGraph): Wait[] {
  const { nodes } = graph;
  const needed = neededBy(graph);
  const early = new Set<number>();
  const readers = new Map<number, number[]>();
  for (const number of needed) {
    const { op, inputs, after } = nodes[number]!;
    for (const node of [...inputs.map((input) => input.node), ...after])
      readers.set(node, [...(readers.get(node) ?? []), number]);
    if (CHEAP.test(op) && inputs.every(({ node }) => isThere(node))) early.add(number);
  }
  function isThere(node: number): boolean {
    return LASTING.has(nodes[node]!.op) || early.has(node);
  }

  // The last node that is recorded before anything that comes of an early one can run, by early node. One that is needed
  // has readers, or is wanted.
  const limits = new Map<number, number>();
  const limitOf = (reader: number): number =>
    early.has(reader)
      ? limits.get(reader)!
      : Math.max(-1, ...nodes[reader]!.inputs.map(({ node }) => node).filter((node) => !isThere(node)));
  const wanted = new Set(graph.wanted);
  for (const node of [...early].toReversed())
    limits.set(node, wanted.has(node) ? -1 : Math.min(...readers.get(node)!.map(limitOf)));

  const awaited = needed.filter((number) => AWAITED.has(nodes[number]!.op));
  return [...early]
    .filter((node) => nodes[node]!.outputs.some((bytes) => bytes >= LEAST_BYTES))
    .flatMap((node) => {
      const until = awaited.findLast((number) => number <= limits.get(node)!);
      return until === undefined ? [] : [{ node, until }];
    });
}
