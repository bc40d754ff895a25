import type { Pointer } from '../binding/c-functions.ts';
import { DataType, elementCount } from '../binding/dtypes.ts';
import type { NodeSource, Symbol } from './symbol.ts';
import { first } from '../lists.ts';

/** One output of a node. */
export interface ValueOf {
  readonly node: number;
  readonly output: number;
}

/** A node of a recorded function, as far as memory goes. */
export interface MemoryNode {
  readonly op: string;
  readonly inputs: readonly ValueOf[];
  /** Nodes that run before it without giving it anything. */
  readonly after: readonly number[];
  /** Bytes of each output. */
  readonly outputs: readonly number[];
}

/** A recorded function: its nodes, each after those whose values it reads, and the numbers of those that a call asks for. */
export interface MemoryGraph {
  readonly nodes: readonly MemoryNode[];
  readonly wanted: readonly number[];
}

/** Bytes of one element; types that hold none of their own (resources, strings) are absent. */
const WIDTHS: ReadonlyMap<number, number> = new Map([
  [DataType.float32, 4],
  [DataType.int32, 4],
  [DataType.uint32, 4],
  [DataType.float64, 8],
  [DataType.int64, 8],
  [DataType.uint64, 8],
  [DataType.complex64, 8],
  [DataType.bfloat16, 2],
  [DataType.float16, 2],
  [DataType.int16, 2],
  [DataType.uint8, 1],
  [DataType.int8, 1],
  [DataType.bool, 1],
]);

/** Bytes of values of a type and shape; 0 where the shape is not known before they are computed. */
export function bytesOf({ dtype, shape }: Pick<Symbol, 'dtype' | 'shape'>): number {
  return shape === undefined ? 0 : (WIDTHS.get(dtype) ?? 0) * elementCount(shape);
}

/** What was recorded, by operation in the order of recording, as a graph of sizes. */
export function memoryGraph(recorded: ReadonlyMap<Pointer, NodeSource>, wanted: readonly Pointer[]): MemoryGraph {
  const numbers = new Map(Array.from(recorded.keys(), (oper, number) => [oper, number]));
  const numberOf = (oper: Pointer): number => numbers.get(oper)!;
  const nodes = Array.from(recorded.values(), ({ name, inputs, outputs, control }) => ({
    // A cast to the same type hands its input on.
    op: name === 'Cast' && first(inputs).dtype === first(outputs).dtype ? 'Identity' : name,
    inputs: inputs.map(({ output: { oper, index } }) => ({ node: numberOf(oper), output: index })),
    after: control.map(numberOf),
    outputs: outputs.map(bytesOf),
  }));
  return { nodes, wanted: wanted.map(numberOf) };
}

/** Values that are there before a call and after it: variables, arguments, constants. */
export const LASTING: ReadonlySet<string> = new Set(['ReadVariableOp', 'Placeholder', 'Const']);

/** The nodes that a call runs, in the order of recording: TensorFlow drops the others. */
export function neededBy({ nodes, wanted }: MemoryGraph): number[] {
  const needed = new Set<number>();
  const open = [...wanted];
  for (let number = open.pop(); number !== undefined; number = open.pop()) {
    if (needed.has(number)) continue;
    needed.add(number);
    open.push(...nodes[number]!.inputs.map(({ node }) => node), ...nodes[number]!.after);
  }
  return [...needed].toSorted((a, b) => a - b);
}
