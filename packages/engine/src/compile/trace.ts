import type { KernelBackend } from '../backend/backend.ts';
import { packOutputs } from '../binding/c-api.ts';
import type { Pointer } from '../binding/c-functions.ts';
import { complete } from './complete.ts';
import { GraphHash } from './graph-hash.ts';
import type { Graph } from './graph.ts';
import type { Structure } from './pytree.ts';
import { record, type TraceRequest } from './record.ts';
import type { Specification } from './specification.ts';
import type { Symbol } from './symbol.ts';

/** A function that was traced for one signature and added to TensorFlow. */
export interface Trace {
  readonly functionName: string;
  readonly outputs: readonly Specification[];
  readonly outputStructure: Structure;
  readonly state: readonly Specification[];
  /** SHA-256 of the graph, as it is run here. */
  readonly graph: string;
  /** How many exchanges with other processes it has. */
  readonly collectives: number;
}

/** Runs `fn` once on symbols and turns what it did into a TensorFlow function. */
export function traceFunction(backend: KernelBackend, request: TraceRequest, functionName: string): Trace {
  const hash = new GraphHash();
  return record(
    backend,
    request,
    ({ graph, inputs, outputs, outputStructure, state, writes, collectives }) => {
      addFunction(backend, graph, functionName, inputs, outputs, complete(graph, { outputs, writes }));
      const specifications = outputs.map(({ dtype, shape }) => ({ dtype, shape }));
      return { functionName, outputs: specifications, outputStructure, state, graph: hash.digest(), collectives };
    },
    hash,
  );
}

function addFunction(
  backend: KernelBackend,
  graph: Graph,
  name: string,
  inputs: readonly Symbol[],
  outputs: readonly Symbol[],
  control: readonly Pointer[],
): void {
  const { api, status, context } = backend.binding.runtime;
  const pointers = BigUint64Array.from(control.length === 0 ? [0n] : control);
  const fn = api.TF_GraphToFunctionWithControlOutputs(
    graph.pointer,
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
  status.check(`${graph.name}: could not make a function of the trace`);
  try {
    api.TFE_ContextAddFunction(context, fn, status.pointer);
    status.check(`${graph.name}: could not add the function`);
  } finally {
    api.TF_DeleteFunction(fn);
  }
}
