import { Key } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import { forbid, setTraceScope, type KernelBackend } from '../backend/backend.ts';
import type { Bfloat16Kernels } from '../binding/bfloat16-kernels.ts';
import { AttributeType, DataType } from '../binding/dtypes.ts';
import { TracedKey } from '../random/traced-key.ts';
import type { Leaf } from '../tree.ts';
import type { StateWrite } from './assign-state.ts';
import { callSite } from './call-site.ts';
import type { GraphHash } from './graph-hash.ts';
import { Graph } from './graph.ts';
import { newState } from './new-state.ts';
import { flatten, unflatten, type Flat, type Structure } from './pytree.ts';
import { Recorder } from './recorder.ts';
import { specify, type Specification } from './specification.ts';
import type { Symbol } from './symbol.ts';
import { guarded } from './trace-guard.ts';
import { first, zip } from '../lists.ts';

/** What is traced: the function, its arguments, and how many of the leading leaves are donated state. */
export interface TraceRequest {
  readonly name: string;
  readonly fn: (...args: never[]) => unknown;
  readonly state: Flat | undefined;
  readonly args: Flat;
  /** How products are computed in bfloat16; absent: all is float32. */
  readonly bfloat16?: Bfloat16Kernels | undefined;
  /** The graph has variables of its own for the state, rather than taking them as its first inputs. */
  readonly ownVariables?: boolean;
}

/** What a function records, while its recorder is there. */
export interface Recorded {
  readonly graph: Graph;
  readonly inputs: Symbol[];
  readonly outputs: readonly (Symbol & Specification)[];
  readonly outputStructure: Structure;
  readonly state: readonly Specification[];
  /** What becomes of the state. */
  readonly writes: readonly StateWrite[];
  /** How many exchanges with other processes there are. */
  readonly collectives: number;
}

/** Runs `fn` once on symbols; `use` is told what was recorded before it is gone. */
export function record<T>(
  backend: KernelBackend,
  request: TraceRequest,
  use: (recorded: Recorded) => T,
  hash?: GraphHash,
): T {
  const { binding } = backend;
  const { runtime } = binding;
  if (binding.recording !== undefined) throw new Error(`${request.name}: a trace is already under way`);
  const graph = new Graph(runtime, request.name, hash);
  const recorder = new Recorder(graph, () => binding.store.newId(), request.bfloat16);
  const literals = new Set<object>();
  const symbolic = new Set<object>();
  binding.recording = recorder;
  setTraceScope({
    literals,
    symbolic,
    captured: () => {
      throw new Error(
        `${request.name} captures a live tensor (${callSite()}): its value would be frozen into the function. Pass it as an argument.`,
      );
    },
  });
  const inputs: Symbol[] = [];
  const enter = (symbol: Symbol, shape: readonly number[]): tf.Tensor =>
    backend.createOutputTensor({ id: recorder.insert(symbol), shape: [...shape], dtype: symbol.dtype });
  const stateReads: { resource: Symbol; value: Symbol; specification: Specification }[] = [];
  let used: { readonly result: T } | undefined;
  try {
    tf.tidy(() => {
      const stateLeaves = (request.state?.leaves ?? []).map((leaf) => {
        const specification = specify(leaf);
        const resource =
          request.ownVariables === true ? ownVariable(graph, specification) : graph.placeholder(DataType.resource, []);
        if (request.ownVariables !== true) inputs.push(resource);
        const read = graph.value(
          'ReadVariableOp',
          [{ name: 'dtype', type: AttributeType.type, value: specification.dtype }],
          [resource],
        );
        const value = graph.setShape(read, specification.shape);
        stateReads.push({ resource, value, specification });
        return enter(value, specification.shape);
      });
      const argLeaves = request.args.leaves.map((leaf) => {
        const { dtype, shape } = specify(leaf);
        const symbol = graph.placeholder(dtype, shape);
        inputs.push(symbol);
        return leaf instanceof Key ? new TracedKey(graph, symbol) : enter(symbol, shape);
      });
      const args = unflatten(request.args.structure, argLeaves) as unknown[];
      const state = request.state && unflatten(request.state.structure, stateLeaves);
      const result = guarded(request.name, () =>
        (request.fn as (...values: unknown[]) => unknown)(...(state === undefined ? args : [state, ...args])),
      );
      const symbolOf = (leaf: Leaf, path: string): Symbol => {
        if (!(leaf instanceof tf.Tensor))
          throw new Error(`${request.name}: ${path} must be a tensor, since that is what a compiled function returns`);
        return recorder.symbol(first(backend.getInputTensorIds([leaf])));
      };
      const after = request.state && newState(request.name, request.state, result, symbolOf);
      const returned = flatten(after === undefined ? result : (result as unknown[])[1], 'the result');
      const outputs = zip(returned.leaves, returned.paths).map(([leaf, path]) =>
        output(graph, symbolOf(leaf, path), path),
      );
      const writes = zip(stateReads, after ?? []).map(([{ resource, value: old }, value]) => ({
        resource,
        old,
        value,
      }));
      const { collectives } = recorder;
      const recorded = { graph, inputs, outputs, outputStructure: returned.structure, writes, collectives };
      used = { result: use({ ...recorded, state: stateReads.map(({ specification }) => specification) }) };
    });
    return used!.result;
  } finally {
    binding.recording = undefined;
    setTraceScope(undefined);
    endTensors(backend, recorder, [...symbolic, ...literals]);
    recorder.dispose();
  }
}

/** A tensor that was kept from a trace stands for nothing any more; a literal whose values are still here does. */
function endTensors(backend: KernelBackend, recorder: Recorder, dataIds: readonly object[]): void {
  for (const dataId of dataIds) {
    if (backend.tensorMap.has(dataId)) {
      const record = backend.tensorMap.get(dataId);
      if (!recorder.has(record.id)) continue;
      record.id = -1;
    }
    forbid(
      dataId,
      () =>
        `this tensor belongs to the trace of ${recorder.name}, which has ended: return it from the function instead of keeping it`,
    );
  }
}

/** A variable that nothing outside the graph knows. */
function ownVariable(graph: Graph, { dtype, shape }: Specification): Symbol {
  return graph.value(
    'VarHandleOp',
    [
      { name: 'dtype', type: AttributeType.type, value: dtype },
      { name: 'shape', type: AttributeType.shape, value: [...shape] },
      { name: 'shared_name', type: AttributeType.string, value: `state_${graph.nodes.size}` },
    ],
    [],
  );
}

/** What may leave a graph: never an argument itself, never a type that TensorFlow.js does not know. */
function output(graph: Graph, symbol: Symbol, path: string): Symbol & Specification {
  const { shape } = symbol;
  if (shape === undefined)
    throw new Error(`${graph.name}: the shape of ${path} depends on data, which a traced function cannot have`);
  const known = graph.cast(symbol, symbol.dtype === DataType.uint8 ? DataType.int32 : symbol.dtype);
  return {
    ...graph.value('Identity', [{ name: 'T', type: AttributeType.type, value: known.dtype }], [known]),
    shape,
  };
}
