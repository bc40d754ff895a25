import { Key } from '@spatial-ensemble/random';
import type { KernelBackend } from '../backend/backend.ts';
import type { Pointer } from '../binding/c-functions.ts';
import { DataType } from '../binding/dtypes.ts';
import { TensorFlowError } from '../binding/status.ts';
import { isHostTensor, type Leaf } from '../tree.ts';
import { giveUp, type Lent, type StateHolding } from './donate.ts';
import { unflatten, type Flat } from './pytree.ts';
import { hostDataType } from './specification.ts';
import type { Trace } from './trace.ts';
import { first, zip } from '../lists.ts';

/** A call that was begun: the handles of its outputs, and what becomes of them. */
export interface Pending {
  readonly handles: Pointer[];
  readonly finish: (handles: readonly Pointer[]) => unknown;
  readonly fail: (error: unknown) => never;
}

/** What is called, and with what. */
export interface Call {
  readonly name: string;
  readonly trace: Trace;
  readonly state: Flat | undefined;
  readonly args: Flat;
  /** What becomes of the state's tensors. */
  readonly hold: StateHolding;
}

/** Collects the inputs, runs the function, and says how its outputs become tensors. */
export function prepare(
  backend: KernelBackend,
  { name, trace, state, args, hold }: Call,
  run: (inputs: Pointer[]) => Pointer[],
): Pending {
  const { store, runtime } = backend.binding;
  const temporary: Pointer[] = [];
  const lent: Lent[] = [];
  let handles: Pointer[];
  const fail = (error: unknown): never => {
    if (hold.givesUp) for (const { resource } of lent.splice(0)) runtime.deleteHandle(resource);
    throw ofFunction(name, trace.functionName, error);
  };
  try {
    // What is wrong with a leaf is found before any state is given up.
    const inputs = zip(args.leaves, args.paths).map(([leaf, path]) =>
      named(name, path, () => argumentHandle(backend, leaf, temporary)),
    );
    try {
      const lentData = new Set<object>();
      zip(state?.leaves ?? [], state?.paths ?? []).forEach(([leaf, path]) =>
        lent.push(named(name, path, () => hold.lend(backend, leaf as Exclude<Leaf, Key>, lentData))),
      );
    } catch (error) {
      for (const { resource, own } of lent) if (!own) runtime.deleteHandle(resource);
      throw error;
    }
    try {
      handles = run([...lent.map(({ resource }) => resource), ...inputs]);
    } catch (error) {
      if (hold.givesUp) giveUp(backend, name, state, lent);
      return fail(error);
    }
    if (hold.givesUp) giveUp(backend, name, state, lent);
  } finally {
    for (const handle of temporary) runtime.deleteHandle(handle);
  }
  const finish = (outputs: readonly Pointer[]): unknown => {
    const made = zip(outputs, trace.outputs).map(([handle, { dtype, shape }]) => {
      return backend.createOutputTensor({
        id: store.insert({ kind: 'value', handle, shape }),
        shape: [...shape],
        dtype,
      });
    });
    const result = unflatten(trace.outputStructure, made);
    if (state === undefined || !hold.givesUp) return result;
    const leaves = zip(lent, trace.state).map(([{ resource }, { dtype, shape }]) => {
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

/** A handle of a leaf's value; one that was made for it goes to `temporary` too, for the caller to free. */
export function argumentHandle(backend: KernelBackend, leaf: Leaf, temporary: Pointer[]): Pointer {
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
  const entry = store.get(first(backend.getInputTensorIds([leaf])));
  return entry.kind === 'value' ? entry.handle : hold(store.readVariable(entry.resource, entry.dtype));
}
