import { Key } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import { forbid, type KernelBackend } from '../backend/backend.ts';
import { liveBackend } from '../backend/live-backend.ts';
import type { Attribute } from '../binding/attributes.ts';
import type { Pointer } from '../binding/c-api.ts';
import { DataType, dataTypeName } from '../binding/dtypes.ts';
import { TensorFlowError } from '../binding/status.ts';
import { isHostTensor, type Given, type Leaf } from '../tree.ts';
import type { Bfloat16Kernels } from './bfloat16.ts';
import { callAttributes, settle, type CompileOptions, type Settings } from './options.ts';
import { callDirectly } from './call-directly.ts';
import { flatten, printStructure, unflatten, type Flat } from './pytree.ts';
import {
  countFunction,
  fingerprintFunction,
  hostDataType,
  specify,
  traceFunction,
  type Counts,
  type Trace,
} from './trace.ts';

/** The arguments of a call: what the function takes, or host tensors in the place of tensors. */
type GivenAll<Args extends readonly unknown[]> = { readonly [Index in keyof Args]: Args[Index] | Given<Args[Index]> };

/** A compiled function: call it, or `.async(...)` to run off the main thread. */
export interface Compiled<Args extends readonly unknown[], R> {
  (...args: GivenAll<Args>): R;
  /** Runs on TensorFlow's own thread; timers, loading and progress go on meanwhile. */
  async(...args: GivenAll<Args>): Promise<R>;
  /** How many signatures were traced. */
  readonly traces: number;
  /** Traces for these arguments without running: sha256 over ops, attributes, constants and wiring. */
  fingerprint(...args: GivenAll<Args>): string;
  /**
   * What a call with these arguments comes to; nothing is run. Of host tensors only the shapes are looked at, so that a
   * batch that no memory holds can be counted.
   */
  count(...args: GivenAll<Args>): Counts;
  /** Frees the functions; the compiled function must not be called again. */
  dispose(): void;
}

interface Traced {
  readonly trace: Trace;
  readonly attributes: readonly Attribute[];
  readonly described: readonly string[];
}

interface Pending {
  readonly handles: Pointer[];
  readonly finish: (handles: readonly Pointer[]) => unknown;
  readonly fail: (error: unknown) => never;
}

let compiled = 0;

/**
 * Compiles a pure function over trees of tensors, like `jax.jit`: it is traced once for each signature of structure,
 * shapes and types, and runs as one TensorFlow function afterwards. Autodiff inside works. What it closes over is
 * frozen. On another TensorFlow.js backend, and inside another trace, it calls `fn` directly.
 *
 * @throws Error while tracing, for reading a value, `tf.random*`, assigning a variable or capturing a live tensor.
 */
export function compile<Args extends readonly unknown[], R>(
  fn: (...args: Args) => R,
  options: CompileOptions = {},
): Compiled<Args, R> {
  return build<Args, R>(fn as (...args: never[]) => unknown, options, false);
}

/**
 * As `compile`, for a function from `(state, ...args)` to `[state, result]` whose state is donated: the tensors passed
 * in must not be used again, and underneath their buffers are updated in place. After a call that failed the state is
 * lost: go on from the last checkpoint.
 */
export function compileStep<State, Args extends readonly unknown[], R>(
  fn: (state: State, ...args: Args) => readonly [State, R],
  options: CompileOptions = {},
): Compiled<readonly [State, ...Args], readonly [State, R]> {
  return build<readonly [State, ...Args], readonly [State, R]>(fn as (...args: never[]) => unknown, options, true);
}

function build<Args extends readonly unknown[], R>(
  fn: (...args: never[]) => unknown,
  options: CompileOptions,
  donates: boolean,
): Compiled<Args, R> {
  const settings = settle(fn, options);
  const number = compiled++;
  const traces = new Map<string, Traced>();
  let disposed = false;

  function traceFor(backend: KernelBackend, state: Flat | undefined, args: Flat): Traced {
    if (disposed) throw new Error(`${settings.name} was disposed`);
    const described = describe(state, args);
    const signature = `${state ? printStructure(state.structure) : ''}|${printStructure(args.structure)}|${described.join()}`;
    const known = traces.get(signature);
    if (known !== undefined) return known;
    if (traces.size >= settings.maxTraces)
      throw new Error(tooManyTraces(settings, [...traces.values()].at(-1)!.described, described));
    const functionName = `${settings.name.replace(/[^A-Za-z0-9_.]/g, '_')}_${number}_${traces.size}`;
    const bfloat16 = kernels(backend);
    const trace = traceFunction(backend, { name: settings.name, functionName, fn, state, args, bfloat16 });
    const traced = { trace, attributes: callAttributes(backend, settings), described };
    traces.set(signature, traced);
    return traced;
  }

  function kernels(backend: KernelBackend): Bfloat16Kernels | undefined {
    return settings.precision === 'bfloat16' ? backend.binding.runtime.bfloat16 : undefined;
  }

  function split(values: readonly unknown[]): { state: Flat | undefined; args: Flat } {
    return {
      state: donates ? stateOf(settings.name, values[0]) : undefined,
      args: flatten(donates ? values.slice(1) : values, 'args'),
    };
  }

  function call(...values: Args): R {
    const backend = liveBackend();
    if (backend === undefined || backend.binding.recording !== undefined)
      return callDirectly(fn, values, donates && backend === undefined) as R;
    const { state, args } = split(values);
    const { trace, attributes } = traceFor(backend, state, args);
    const { runtime } = backend.binding;
    const pending = prepare(backend, settings.name, trace, state, args, (inputs) =>
      runtime.execute(trace.functionName, attributes, inputs, trace.outputs.length),
    );
    return pending.finish(pending.handles) as R;
  }

  call.async = async (...values: Args): Promise<R> => {
    const backend = liveBackend();
    if (backend === undefined || backend.binding.recording !== undefined) return call(...values);
    const { state, args } = split(values);
    const { trace, attributes } = traceFor(backend, state, args);
    const { runtime } = backend.binding;
    let done: Promise<void> | undefined;
    const pending = prepare(backend, settings.name, trace, state, args, (inputs) => {
      const run = runtime.executeInBackground(trace.functionName, attributes, inputs, trace.outputs.length);
      done = run.done;
      return run.handles;
    });
    try {
      await done;
    } catch (error) {
      for (const handle of pending.handles) runtime.deleteHandle(handle);
      pending.fail(error);
    }
    return pending.finish(pending.handles) as R;
  };

  const needed = (what: string): KernelBackend => {
    const backend = liveBackend();
    if (backend === undefined)
      throw new Error(`${settings.name}: ${what} needs TensorFlow; call \`await useTensorFlow()\` first`);
    return backend;
  };
  call.fingerprint = (...values: Args): string => {
    const backend = needed('a fingerprint');
    return fingerprintFunction(backend, { name: settings.name, fn, ...split(values), bfloat16: kernels(backend) });
  };
  call.count = (...values: Args): Counts => {
    const backend = needed('counting');
    return countFunction(backend, { name: settings.name, fn, ...split(values), bfloat16: kernels(backend) });
  };

  call.dispose = (): void => {
    const backend = liveBackend();
    disposed = true;
    for (const { trace } of traces.values()) {
      if (backend === undefined) continue;
      const { runtime } = backend.binding;
      const { api, context, status } = runtime;
      runtime.wait();
      api.TFE_ContextRemoveFunction(context, trace.functionName, status.pointer);
      status.check(`could not remove ${trace.functionName}`);
    }
    traces.clear();
  };

  Object.defineProperty(call, 'traces', { get: () => traces.size });
  return call as unknown as Compiled<Args, R>;
}

/** The leaves of state: tensors, or host tensors at the beginning. */
function stateOf(name: string, value: unknown): Flat {
  const flat = flatten(value, 'state');
  const leaves = flat.leaves.map((leaf, i) => {
    if (leaf instanceof Key)
      throw new Error(`${name}: ${flat.paths[i]} is a key; state holds tensors: pass the key as an argument`);
    // Bytes are int32 as soon as they are used.
    return isHostTensor(leaf) && leaf.data instanceof Uint8Array ? { ...leaf, data: Int32Array.from(leaf.data) } : leaf;
  });
  return { ...flat, leaves };
}

function describeLeaf(leaf: Leaf): string {
  if (leaf instanceof Key) return 'key';
  const { dtype, shape } = specify(leaf);
  return `${dataTypeName(dtype)}[${shape.join('x')}]`;
}

function describe(state: Flat | undefined, args: Flat): string[] {
  return [state, args].flatMap(
    (flat) => flat?.leaves.map((leaf, i) => `${flat.paths[i]}: ${describeLeaf(leaf)}`) ?? [],
  );
}

function tooManyTraces(settings: Settings, before: readonly string[], now: readonly string[]): string {
  const changed = now.filter((line) => !before.includes(line)).slice(0, 5);
  const what =
    changed.length > 0
      ? changed
          .map(
            (line) =>
              `${line} (was ${before.find((old) => old.split(':')[0] === line.split(':')[0])?.split(': ')[1] ?? 'absent'})`,
          )
          .join('; ')
      : 'the structure of its arguments';
  return `${settings.name} was traced ${settings.maxTraces} times and would be traced again: what keeps changing is ${what}. Give it arguments of fixed shapes, or raise maxTraces.`;
}

/** Collects the inputs, runs the function, and says how its outputs become tensors. */
function prepare(
  backend: KernelBackend,
  name: string,
  trace: Trace,
  state: Flat | undefined,
  args: Flat,
  run: (inputs: Pointer[]) => Pointer[],
): Pending {
  const { store, runtime } = backend.binding;
  const temporary: Pointer[] = [];
  const lent: Lent[] = [];
  let handles: Pointer[];
  const fail = (error: unknown): never => {
    for (const { resource } of lent.splice(0)) runtime.deleteHandle(resource);
    throw ofFunction(name, trace.functionName, error);
  };
  try {
    // What is wrong with a leaf is found before any state is given up.
    const inputs = args.leaves.map((leaf, i) =>
      named(name, args.paths[i]!, () => argumentHandle(backend, leaf, temporary)),
    );
    try {
      const lentData = new Set<object>();
      state?.leaves.forEach((leaf, i) =>
        lent.push(named(name, state.paths[i]!, () => lend(backend, leaf as Exclude<Leaf, Key>, lentData))),
      );
    } catch (error) {
      for (const { resource, own } of lent) if (!own) runtime.deleteHandle(resource);
      throw error;
    }
    try {
      handles = run([...lent.map(({ resource }) => resource), ...inputs]);
    } catch (error) {
      giveUp(backend, name, state, lent);
      return fail(error);
    }
    giveUp(backend, name, state, lent);
  } finally {
    for (const handle of temporary) runtime.deleteHandle(handle);
  }
  const finish = (outputs: readonly Pointer[]): unknown => {
    const made = outputs.map((handle, i) => {
      const { dtype, shape } = trace.outputs[i]!;
      return backend.createOutputTensor({ id: store.insert({ kind: 'value', handle }), shape: [...shape], dtype });
    });
    const result = unflatten(trace.outputStructure, made);
    if (state === undefined) return result;
    const leaves = lent.map(({ resource }, i) => {
      const { dtype, shape } = trace.state[i]!;
      return backend.createOutputTensor({
        id: store.insert({ kind: 'variable', resource, dtype, shape }),
        shape: [...shape],
        dtype,
      });
    });
    return [unflatten(state.structure, leaves), result];
  };
  return { handles, finish, fail };
}

/** TensorFlow's message under the name that the user gave the function. */
function ofFunction(name: string, functionName: string, error: unknown): unknown {
  if (!(error instanceof TensorFlowError)) return error;
  const message = error.message.replace(`${functionName}: `, '').replaceAll(`{{function_node ${functionName}}} `, '');
  return new TensorFlowError(`${name}: ${message}`, error.code);
}

/** Says which leaf an error is about. */
function named<T>(name: string, path: string, use: () => T): T {
  try {
    return use();
  } catch (error) {
    throw new Error(`${name}: ${path}: ${(error as Error).message}`, { cause: error });
  }
}

function argumentHandle(backend: KernelBackend, leaf: Leaf, temporary: Pointer[]): Pointer {
  const { store, runtime } = backend.binding;
  const hold = (handle: Pointer): Pointer => {
    temporary.push(handle);
    return handle;
  };
  if (leaf instanceof Key)
    return hold(
      runtime.fromHost([1], DataType.uint64, BigUint64Array.of(BigInt(leaf.lo >>> 0) | (BigInt(leaf.hi >>> 0) << 32n))),
    );
  if (isHostTensor(leaf)) return hold(runtime.fromHost(leaf.shape, hostDataType(leaf), leaf.data));
  leaf.throwIfDisposed();
  const entry = store.get(backend.getInputTensorIds([leaf])[0]!);
  return entry.kind === 'value' ? entry.handle : hold(store.readVariable(entry.resource, entry.dtype));
}

/** A state leaf's variable: the tensor's own, or a new one that holds its value. */
interface Lent {
  readonly resource: Pointer;
  readonly own: boolean;
}

/** @param lentData the data of the leaves before this one: what comes a second time gets a variable of its own. */
function lend(backend: KernelBackend, leaf: Exclude<Leaf, Key>, lentData: Set<object>): Lent {
  const { store, runtime } = backend.binding;
  if (isHostTensor(leaf)) {
    const dtype = hostDataType(leaf);
    const handle = runtime.fromHost(leaf.shape, dtype, leaf.data);
    try {
      return { resource: store.newVariable(handle, dtype, leaf.shape), own: false };
    } finally {
      runtime.deleteHandle(handle);
    }
  }
  leaf.throwIfDisposed();
  const id = backend.getInputTensorIds([leaf])[0]!;
  const entry = store.get(id);
  // Another tensor (a reshape, a clone) may share the data; then the variable gets a copy.
  const shared = backend.tensorMap.get(leaf.dataId).refCount > 1 || lentData.has(leaf.dataId);
  lentData.add(leaf.dataId);
  if (entry.kind === 'variable' && !shared) return { resource: entry.resource, own: true };
  return {
    resource: store.withHandles([id], ([handle]) => store.newVariable(handle!, store.dtypeOf(id), leaf.shape)),
    own: false,
  };
}

/** Disposes the tensors of the state that was handed over, so that using one again is an error that says so. */
function giveUp(backend: KernelBackend, name: string, state: Flat | undefined, lent: readonly Lent[]): void {
  state?.leaves.forEach((leaf, i) => {
    if (!(leaf instanceof tf.Tensor) || leaf.isDisposed) return;
    const { dataId } = leaf;
    const record = backend.tensorMap.get(dataId);
    const path = state.paths[i]!;
    const message = (): string =>
      `donated to ${name}: ${path} was handed over to a step; use the state that the step returned (after a step that failed, go on from the last checkpoint)`;
    if (lent[i]!.own) {
      backend.binding.store.release(record.id);
      record.id = -1;
    }
    if (record.refCount === 1) forbid(dataId, message);
    forbid(leaf, message);
    leaf.dispose();
    // TensorFlow.js' own message would be "Tensor is disposed".
    Object.defineProperty(leaf, 'throwIfDisposed', {
      value: () => {
        throw new Error(message());
      },
    });
  });
}
