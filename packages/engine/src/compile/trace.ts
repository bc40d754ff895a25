import { Key } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import { forbid, setTraceScope, type KernelBackend } from '../backend/backend.ts';
import { portably } from '../backend/portable.ts';
import { packOutputs, type Pointer } from '../binding/c-api.ts';
import { AttributeType, DataType, dataTypeName } from '../binding/dtypes.ts';
import { TracedKey } from '../random/traced-key.ts';
import { isHostTensor, type HostTensor, type Leaf } from '../tree.ts';
import { assignState } from './assign-state.ts';
import type { Bfloat16Kernels } from './bfloat16.ts';
import { callSite } from './call-site.ts';
import { bytesOf, memoryGraph } from './memory-graph.ts';
import { lastingBytes, peakIntermediateBytes } from './peak-memory.ts';
import { withoutLiterals } from './counted-gradients.ts';
import { flatten, printStructure, unflatten, type Flat, type Structure } from './pytree.ts';
import { Recorder, type Symbol } from './recorder.ts';
import { guarded } from './trace-guard.ts';

/** One value that passes into or out of a compiled function. */
export interface Specification {
  readonly dtype: number;
  readonly shape: readonly number[];
}

/** A function that was traced for one signature and added to TensorFlow. */
export interface Trace {
  readonly functionName: string;
  readonly outputs: readonly Specification[];
  readonly outputStructure: Structure;
  readonly state: readonly Specification[];
  readonly nodes: number;
}

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

/** The element type that a host tensor has in a graph. */
export function hostDataType(leaf: HostTensor): number {
  if (leaf.data instanceof Float32Array) return DataType.float32;
  if (leaf.data instanceof Int32Array) return DataType.int32;
  if (leaf.data instanceof Uint8Array) return DataType.uint8;
  throw new Error(
    `a host tensor holds a Float32Array, an Int32Array or a Uint8Array, got ${(leaf.data as object).constructor.name}`,
  );
}

const TFJS_TYPES: Record<string, number> = {
  float32: DataType.float32,
  int32: DataType.int32,
  bool: DataType.bool,
  complex64: DataType.complex64,
  string: DataType.string,
};

/** The type and shape under which a leaf enters a graph. */
export function specify(leaf: Leaf): Specification {
  if (leaf instanceof TracedKey) throw new Error('a traced key was used outside the function that received it');
  if (leaf instanceof Key) return { dtype: DataType.uint64, shape: [1] };
  if (isHostTensor(leaf)) return { dtype: hostDataType(leaf), shape: leaf.shape };
  return { dtype: TFJS_TYPES[leaf.dtype]!, shape: leaf.shape };
}

/** What is traced: the function, its arguments, and how many of the leading leaves are donated state. */
export interface TraceRequest {
  readonly name: string;
  readonly functionName: string;
  readonly fn: (...args: never[]) => unknown;
  readonly state: Flat | undefined;
  readonly args: Flat;
  /** How products are computed in bfloat16; absent: all is float32. */
  readonly bfloat16?: Bfloat16Kernels | undefined;
}

/** What a function records, while its recorder is there. */
interface Recorded {
  readonly recorder: Recorder;
  readonly inputs: Symbol[];
  readonly outputs: readonly (Symbol & Specification)[];
  readonly outputStructure: Structure;
  readonly state: readonly Specification[];
  /** What writes the state. */
  readonly assigned: readonly Pointer[];
}

/** Runs `fn` once on symbols and turns what it did into a TensorFlow function. */
export function traceFunction(backend: KernelBackend, request: TraceRequest): Trace {
  return record(backend, request, ({ recorder, inputs, outputs, outputStructure, state, assigned }) => {
    addFunction(backend, recorder, request.functionName, inputs, outputs, assigned);
    return {
      functionName: request.functionName,
      outputs: outputs.map(({ dtype, shape }) => ({ dtype, shape })),
      outputStructure,
      state,
      nodes: recorder.nodes,
    };
  });
}

/** Runs `fn` once on symbols and hashes what it did: ops, attributes, constants, wiring, the same on all machines. */
export function fingerprintFunction(backend: KernelBackend, request: Omit<TraceRequest, 'functionName'>): string {
  return portably(() => record(backend, request, ({ recorder }) => recorder.fingerprint()));
}

/** Runs `fn` once on symbols and counts what it did: nothing is run, and no value of the batch's size is made. */
export function countFunction(backend: KernelBackend, request: Omit<TraceRequest, 'functionName'>): Counts {
  return withoutLiterals(() =>
    record(backend, request, ({ recorder, outputs, state, assigned }) => {
      const graph = memoryGraph(recorder.recorded, [...outputs.map(({ output: { oper } }) => oper), ...assigned]);
      const stateBytes = state.reduce((sum, leaf) => sum + bytesOf(leaf), 0);
      const peakBytes = stateBytes + lastingBytes(graph) + peakIntermediateBytes(graph);
      return { flops: recorder.flops, stateBytes, peakBytes, signatures: signaturesOf(recorder) };
    }),
  );
}

function signaturesOf({ recorded }: Recorder): ReadonlyMap<string, number> {
  const signatures = new Map<string, number>();
  for (const { name, inputs } of recorded.values()) {
    const signature = `${name}(${inputs.map(({ dtype }) => dataTypeName(dtype)).join(', ')})`;
    signatures.set(signature, (signatures.get(signature) ?? 0) + 1);
  }
  return signatures;
}

/** Runs `fn` once on symbols; `use` is told what was recorded before it is gone. */
function record<T>(
  backend: KernelBackend,
  request: Omit<TraceRequest, 'functionName'>,
  use: (recorded: Recorded) => T,
): T {
  const { binding } = backend;
  const { runtime } = binding;
  if (binding.recording !== undefined) throw new Error(`${request.name}: a trace is already under way`);
  const recorder = new Recorder(runtime, request.name, () => binding.store.newId(), request.bfloat16);
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
        const resource = recorder.placeholder(DataType.resource, []);
        inputs.push(resource);
        const read = recorder.node(
          'ReadVariableOp',
          [{ name: 'dtype', type: AttributeType.type, value: specification.dtype }],
          [resource],
        )[0]!;
        const value = recorder.setShape(read, specification.shape);
        stateReads.push({ resource, value, specification });
        return enter(value, specification.shape);
      });
      const argLeaves = request.args.leaves.map((leaf) => {
        const { dtype, shape } = specify(leaf);
        const symbol = recorder.placeholder(dtype, shape);
        inputs.push(symbol);
        return leaf instanceof Key ? new TracedKey(recorder, symbol) : enter(symbol, shape);
      });
      const args = unflatten(request.args.structure, argLeaves) as unknown[];
      const state = request.state && unflatten(request.state.structure, stateLeaves);
      const result = guarded(request.name, () =>
        (request.fn as (...values: unknown[]) => unknown)(...(state === undefined ? args : [state, ...args])),
      );
      const symbolOf = (leaf: Leaf, path: string): Symbol => {
        if (!(leaf instanceof tf.Tensor))
          throw new Error(`${request.name}: ${path} must be a tensor, since that is what a compiled function returns`);
        return recorder.symbol(backend.getInputTensorIds([leaf])[0]!);
      };
      const writes = request.state && newState(request, result, symbolOf);
      const returned = flatten(writes === undefined ? result : (result as unknown[])[1], 'the result');
      const outputs = returned.leaves.map((leaf, i) =>
        output(recorder, symbolOf(leaf, returned.paths[i]!), returned.paths[i]!),
      );
      const assigned = stateReads
        .map(({ resource, value }, i) => assignState(recorder, resource, value, writes![i]!))
        .filter((oper) => oper !== undefined);
      const recorded = { recorder, inputs, outputs, outputStructure: returned.structure, assigned };
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

/** What may leave a graph: never an argument itself, never a type that TensorFlow.js does not know. */
function output(recorder: Recorder, symbol: Symbol, path: string): Symbol & Specification {
  const { shape } = symbol;
  if (shape === undefined)
    throw new Error(`${recorder.name}: the shape of ${path} depends on data, which a traced function cannot have`);
  const known = recorder.cast(symbol, symbol.dtype === DataType.uint8 ? DataType.int32 : symbol.dtype);
  return {
    ...recorder.node('Identity', [{ name: 'T', type: AttributeType.type, value: known.dtype }], [known])[0]!,
    shape,
  };
}

function newState(
  request: Pick<TraceRequest, 'name' | 'state'>,
  result: unknown,
  symbolOf: (leaf: Leaf, path: string) => Symbol,
): Symbol[] {
  if (!Array.isArray(result) || result.length !== 2)
    throw new Error(`${request.name} must return [state, result], as it takes (state, ...)`);
  const before = request.state!;
  const after = flatten(result[0], 'state');
  if (printStructure(after.structure) !== printStructure(before.structure)) {
    const missing = before.paths.filter((path) => !after.paths.includes(path));
    const added = after.paths.filter((path) => !before.paths.includes(path));
    throw new Error(
      `${request.name} must return its state with the structure it took: missing [${missing.join(', ')}], added [${added.join(', ')}]`,
    );
  }
  return after.leaves.map((leaf, i) => {
    const symbol = symbolOf(leaf, after.paths[i]!);
    const { dtype, shape } = specify(before.leaves[i]!);
    if (symbol.dtype !== dtype || symbol.shape?.join() !== shape.join()) {
      throw new Error(
        `${request.name}: ${after.paths[i]} was ${dataTypeName(dtype)} [${shape.join(', ')}] and comes back as ${dataTypeName(symbol.dtype)} [${symbol.shape?.join(', ') ?? '?'}]`,
      );
    }
    return symbol;
  });
}

function addFunction(
  backend: KernelBackend,
  recorder: Recorder,
  name: string,
  inputs: readonly Symbol[],
  outputs: readonly Symbol[],
  control: readonly Pointer[],
): void {
  const { api, status, context } = backend.binding.runtime;
  const pointers = BigUint64Array.from(control.length === 0 ? [0n] : control);
  const fn = api.TF_GraphToFunctionWithControlOutputs(
    recorder.graph,
    name,
    0,
    -1,
    null,
    inputs.length,
    packOutputs(inputs.map(({ output: input }) => input)),
    outputs.length,
    packOutputs(outputs.map(({ output: result }) => result)),
    null,
    control.length,
    pointers,
    null,
    null,
    null,
    status.pointer,
  );
  status.check(`${recorder.name}: could not make a function of the trace`);
  try {
    api.TFE_ContextAddFunction(context, fn, status.pointer);
    status.check(`${recorder.name}: could not add the function`);
  } finally {
    api.TF_DeleteFunction(fn);
  }
}
