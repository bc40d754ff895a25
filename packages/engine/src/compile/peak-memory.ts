// Nodes are told by their places in `nodes`, and each stands behind those whose values it reads: what is looked up by `]!` is there.
import { LASTING, neededBy, type MemoryGraph, type MemoryNode, type ValueOf } from './memory-graph.ts';

/** Ops whose output is their input under another name or shape. */
const RENAMES: ReadonlySet<string> = new Set(['Identity', 'Reshape', 'ExpandDims', 'Squeeze', 'StopGradient']);

/** Ops that read a value of their input more than once, or elsewhere than they write, so never write in its place. */
const READS_AGAIN = /^(Conv|Depthwise|MatMul|BatchMatMul|MaxPool|AvgPool|Pad|MirrorPad|Transpose|Concat|Gather)/;

/** A buffer: how large it is, and how many of its readers have not run yet. */
interface Buffer {
  bytes: number;
  readers: number;
  readonly lasting: boolean;
}

/**
 * Bytes of intermediate values that a call of a recorded function holds at its fullest, in the order in which
 * TensorFlow's executor runs nodes on one thread: who becomes ready first runs first
 * (tensorflow/core/common_runtime/executor.cc, `TaggedNodeReadyQueue`). A value is freed once its last reader has run;
 * an op that can writes its result over an input that nobody else will read. Arguments, variables and constants are not
 * in it, nor what kernels need besides their results.
 *
 * With more threads more is in the making at once, and an allocator keeps holes: a process holds more than this.
 */
export function peakIntermediateBytes(graph: MemoryGraph): number {
  const { nodes } = graph;
  const needed = neededBy(graph);
  const buffers = buffersOf(nodes, needed);
  const waits = new Map<number, number>();
  const followers = new Map<number, number[]>();
  for (const node of needed) {
    const before = new Set([...nodes[node]!.inputs.map((input) => input.node), ...nodes[node]!.after]);
    waits.set(node, before.size);
    for (const one of before) followers.set(one, [...(followers.get(one) ?? []), node]);
  }
  const ready = needed.filter((node) => waits.get(node) === 0);
  let held = 0;
  let peak = 0;
  // `ready` grows while it is walked.
  for (const number of ready) {
    const node = nodes[number]!;
    const own = ownBuffers(node, buffers[number]!);
    const inputs = inputsOf(node, buffers);
    const made = own.reduce((sum, { bytes }) => sum + bytes, 0);
    const reused = reusedBytes(node, own, inputs);
    held += made - reused;
    peak = Math.max(peak, held);
    for (const input of inputs) input.readers -= 1;
    for (const buffer of inputs) if (buffer.readers === 0) held -= buffer.bytes;
    held += reused;
    for (const buffer of own) if (buffer.readers === 0) held -= buffer.bytes;
    for (const follower of followers.get(number) ?? []) {
      const left = waits.get(follower)! - 1;
      waits.set(follower, left);
      if (left === 0) ready.push(follower);
    }
  }
  return peak;
}

/** The buffer of every output of every node that runs, with its readers counted. */
function buffersOf(nodes: readonly MemoryNode[], needed: readonly number[]): readonly Buffer[][] {
  const buffers: Buffer[][] = [];
  for (const number of needed) {
    const node = nodes[number]!;
    buffers[number] = RENAMES.has(node.op)
      ? [bufferAt(buffers, node.inputs[0]!)]
      : node.outputs.map((bytes) => {
          const lasting = LASTING.has(node.op);
          return { bytes: lasting ? 0 : bytes, readers: 0, lasting };
        });
    for (const buffer of inputsOf(node, buffers)) buffer.readers += 1;
  }
  return buffers;
}

function bufferAt(buffers: readonly Buffer[][], { node, output }: ValueOf): Buffer {
  return buffers[node]![output]!;
}

/** What a node reads, each buffer once. */
function inputsOf({ inputs }: MemoryNode, buffers: readonly Buffer[][]): ReadonlySet<Buffer> {
  return new Set(inputs.map((input) => bufferAt(buffers, input)));
}

/** What a node makes itself. */
function ownBuffers({ op }: MemoryNode, outputs: readonly Buffer[]): readonly Buffer[] {
  return RENAMES.has(op) ? [] : outputs;
}

/** Bytes of an input that the first output is written over, or 0. */
function reusedBytes({ op }: MemoryNode, own: readonly Buffer[], inputs: ReadonlySet<Buffer>): number {
  const bytes = own[0]?.bytes ?? 0;
  const spare = [...inputs].find((input) => !input.lasting && input.readers === 1 && input.bytes === bytes);
  return spare === undefined || READS_AGAIN.test(op) ? 0 : bytes;
}

/** Bytes of the arguments and constants of a call, all of which are there for as long as it runs. */
export function lastingBytes({ nodes }: MemoryGraph): number {
  return nodes
    .filter(({ op }) => op === 'Placeholder' || op === 'Const')
    .reduce((sum, { outputs }) => sum + outputs.reduce((all, bytes) => all + bytes, 0), 0);
}
