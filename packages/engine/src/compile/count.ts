import type { KernelBackend } from '../backend/backend.ts';
import { dataTypeName } from '../binding/dtypes.ts';
import { complete } from './complete.ts';
import { withoutLiterals } from './counted-gradients.ts';
import type { Graph } from './graph.ts';
import { bytesOf, memoryGraph } from './memory-graph.ts';
import { lastingBytes, peakIntermediateBytes } from './peak-memory.ts';
import { record, type TraceRequest } from './record.ts';

/** What one call of a compiled function comes to, known before it runs. */
export interface Counts {
  /** Floating-point operations of its convolutions and matrix products, a multiplication and an addition counted as two. */
  readonly flops: number;
  /** Bytes of the donated state. */
  readonly stateBytes: number;
  /**
   * Bytes that it holds at its fullest, the state, the arguments and constants included, in the order of TensorFlow's
   * executor on one thread. What a process takes is more: kernels' own workspace, and the holes of its allocator.
   */
  readonly peakBytes: number;
  /** How many nodes there are of each kind, by op and the types of inputs: `Conv2D(bfloat16, bfloat16)`. */
  readonly signatures: ReadonlyMap<string, number>;
}

/** Runs `fn` once on symbols and counts what it did: nothing is run, and no value of the batch's size is made. */
export function countFunction(backend: KernelBackend, request: TraceRequest): Counts {
  return withoutLiterals(() =>
    record(backend, request, ({ graph, outputs, state, writes }) => {
      const assigned = complete(graph, { outputs, writes });
      const sizes = memoryGraph(graph.nodes, [...outputs.map(({ output: { oper } }) => oper), ...assigned]);
      const stateBytes = state.reduce((sum, leaf) => sum + bytesOf(leaf), 0);
      const peakBytes = stateBytes + lastingBytes(sizes) + peakIntermediateBytes(sizes);
      return { flops: graph.flops, stateBytes, peakBytes, signatures: signaturesOf(graph) };
    }),
  );
}

function signaturesOf({ nodes }: Graph): ReadonlyMap<string, number> {
  const signatures = new Map<string, number>();
  for (const { name, inputs } of nodes.values()) {
    const signature = `${name}(${inputs.map(({ dtype }) => dataTypeName(dtype)).join(', ')})`;
    signatures.set(signature, (signatures.get(signature) ?? 0) + 1);
  }
  return signatures;
}
