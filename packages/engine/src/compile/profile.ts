import type { KernelBackend } from '../backend/backend.ts';
import type { Pointer } from '../binding/c-functions.ts';
import { AttributeType } from '../binding/dtypes.ts';
import type { DeviceStats } from '../binding/protos.ts';
import { Session, type SessionRun } from '../binding/session.ts';
import { zip } from '../lists.ts';
import type { StateWrite } from './assign-state.ts';
import { argumentHandle } from './call-function.ts';
import { complete } from './complete.ts';
import { executedFlops, nodeName, type NamedNode } from './executed-flops.ts';
import type { Graph } from './graph.ts';
import type { Flat } from './pytree.ts';
import { record, type TraceRequest } from './record.ts';

/** An op that was run, and when. */
export interface ProfiledOp {
  /** The node's, in the traced graph or as TensorFlow's passes call what they add: `n12_Conv2D`. */
  readonly name: string;
  /** What was run in its place, by the op's own name whoever's kernel it is: `Conv2D`, `FusedConv2D`. */
  readonly op: string;
  readonly device: string;
  /** Microseconds from the first op's start. */
  readonly startUs: number;
  readonly durationUs: number;
  /** Floating-point operations of convolutions and matrix products, a multiplication and an addition counted as two. */
  readonly flops: number;
}

/** Where the time of one call went. */
export interface Profile {
  /** Milliseconds of the call, in which values are passed in and out too. */
  readonly wallMs: number;
  /** By their starts. */
  readonly ops: readonly ProfiledOp[];
}

/** Calls in which the graph is optimised and buffers are found, before the one that is timed. */
const WARM_UP = 3;

/**
 * Runs `fn` on copies of its arguments, a few times, and tells where the time of the last went. The graph is the traced
 * one, run by a session of TensorFlow's; the arguments stay as they are.
 */
export function profileFunction(backend: KernelBackend, request: TraceRequest): Profile {
  const { runtime } = backend.binding;
  const temporary: Pointer[] = [];
  const handles = (flat: Flat | undefined): Pointer[] =>
    flat?.leaves.map((leaf) => argumentHandle(backend, leaf, temporary)) ?? [];
  try {
    const [state, args] = [handles(request.state), handles(request.args)];
    return record(backend, { ...request, ownVariables: true }, ({ graph, inputs, outputs, writes }) => {
      const step = {
        feeds: zip(inputs, args).map(([{ output }, handle]) => ({ output, handle })),
        fetches: outputs.map(({ output }) => output),
        targets: complete(graph, { outputs, writes }),
      };
      const named = namesOf(graph);
      const initial = initialisation(graph, writes, state);
      const session = new Session(runtime, graph.pointer);
      try {
        // A session refuses to run nothing.
        if (initial.targets.length > 0) session.run(initial);
        for (let i = 0; i < WARM_UP; i++) session.run(step);
        const { wallMs, devices } = session.trace(step);
        return { wallMs, ops: opsOf(devices, named) };
      } finally {
        session.close();
      }
    });
  } finally {
    for (const handle of temporary) runtime.deleteHandle(handle);
  }
}

/** Gives the variables of a graph their first values. */
function initialisation(graph: Graph, writes: readonly StateWrite[], state: readonly Pointer[]): SessionRun {
  const given = zip(writes, state).map(([{ resource, old }, handle]) => {
    // `!`: it is that of a leaf.
    const value = graph.placeholder(old.dtype, old.shape!);
    const type = { name: 'dtype', type: AttributeType.type, value: old.dtype };
    return {
      feed: { output: value.output, handle },
      target: graph.operation('AssignVariableOp', [type], [resource, value], []),
    };
  });
  return { feeds: given.map(({ feed }) => feed), fetches: [], targets: given.map(({ target }) => target) };
}

function namesOf({ nodes }: Graph): readonly NamedNode[] {
  const numbers = new Map(Array.from(nodes.keys(), (oper, number) => [oper, number]));
  // `!`: a node stands behind what it needs.
  return Array.from(nodes.values(), ({ name, inputs, outputs }, number) => ({
    name: nodeName(number, name),
    op: name,
    inputs,
    outputs,
    needs: inputs.map(({ output: { oper } }) => numbers.get(oper)!),
  }));
}

function opsOf(devices: readonly DeviceStats[], nodes: readonly NamedNode[]): readonly ProfiledOp[] {
  const all = devices.flatMap(({ device, nodeStats }) => nodeStats.map((stats) => ({ device, ...stats })));
  const flops = executedFlops(nodes, new Set(all.map(({ nodeName: name }) => name)));
  const starts = all.map(({ allStartNanos, opStartRelNanos }) => allStartNanos + opStartRelNanos);
  const first = starts.reduce((least, start) => Math.min(least, start), Infinity);
  return zip(all, starts)
    .map(([{ device, nodeName: name, timelineLabel, opStartRelNanos, opEndRelNanos }, start]) => ({
      name,
      // oneDNN's kernels and fused ones have names of their own: `_MklNativeFusedConv2D`.
      op: (/ = ([^(]+)\(/.exec(timelineLabel)?.[1] ?? name).replace(/^_(Mkl(Native)?)?/, ''),
      device,
      startUs: (start - first) / 1e3,
      durationUs: (opEndRelNanos - opStartRelNanos) / 1e3,
      flops: flops.get(name) ?? 0,
    }))
    .toSorted((a, b) => a.startUs - b.startUs);
}
