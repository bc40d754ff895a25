import type * as tf from '@tensorflow/tfjs-core';
import { agree } from '../collective/agree.ts';
import type { KernelBackend } from '../backend/backend.ts';
import { liveBackend } from '../backend/live-backend.ts';
import type { Attribute } from '../binding/attributes.ts';
import type { Bfloat16Kernels } from '../binding/bfloat16-kernels.ts';
import type { Given } from '../tree.ts';
import { callDirectly } from './call-directly.ts';
import { prepare } from './call-function.ts';
import { countFunction, type Counts } from './count.ts';
import { donation, stateOf } from './donate.ts';
import { fingerprintFunction } from './fingerprint.ts';
import { variables } from './in-place.ts';
import { callAttributes, settle, type CompileOptions } from './options.ts';
import { profileFunction, type Profile } from './profile.ts';
import { flatten, printStructure, type Flat } from './pytree.ts';
import { describe, tooManyTraces } from './signature.ts';
import { traceFunction, type Trace } from './trace.ts';

/** The arguments of a call: what the function takes, or host tensors in the place of tensors. */
type GivenAll<Args extends readonly unknown[]> = { readonly [Index in keyof Args]: Args[Index] | Given<Args[Index]> };

/** A compiled function: call it, or `.async(...)` to run off the main thread. */
export interface Compiled<Args extends readonly unknown[], R> {
  (...args: GivenAll<Args>): R;
  /** Runs on TensorFlow's own thread; timers, loading and progress go on meanwhile. */
  async(...args: GivenAll<Args>): Promise<R>;
  /**
   * Queues the call behind those that were begun before, and returns at once: what it returns may be given to the next
   * call while this one runs. `await tensor.data()` waits for a value, and is where a call that failed says so; `dataSync`
   * blocks. Memory is held for each call in flight: whoever begins them bounds how many.
   */
  begin(...args: GivenAll<Args>): R;
  /** How many signatures were traced. */
  readonly traces: number;
  /**
   * SHA-256 of the graph that was traced last, with all ops that the engine made of it for this processor and precision, but
   * not their order in time;
   * undefined before the first call, and where nothing is traced.
   */
  readonly graph: string | undefined;
  /**
   * Traces for these arguments without running: sha256 over ops, attributes, constants and wiring, as the function wrote
   * them, before any pass of the engine's: the same on every machine, and in every precision.
   */
  fingerprint(...args: GivenAll<Args>): string;
  /**
   * What a call with these arguments comes to; nothing is run. Of host tensors only the shapes are looked at, so that a
   * batch that no memory holds can be counted.
   */
  count(...args: GivenAll<Args>): Counts;
  /**
   * Where the time of a call goes: runs the function on copies of these arguments, a few times, and times the ops of the
   * last. The arguments are left as they are, state too.
   *
   * @throws Error where it is compiled with XLA, whose ops TensorFlow does not tell apart
   */
  profile(...args: GivenAll<Args>): Profile;
  /** Frees the functions; the compiled function must not be called again. */
  dispose(): void;
}

interface Traced {
  readonly trace: Trace;
  readonly attributes: readonly Attribute[];
  readonly described: readonly string[];
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
  return build<Args, R>(fn as (...args: never[]) => unknown, options, 'none');
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
  return build<readonly [State, ...Args], readonly [State, R]>(fn as (...args: never[]) => unknown, options, 'donated');
}

/**
 * As `compileStep`, for state that stays where it is: each variable holds its new value once the call has returned, and
 * the result alone is given. After a call that failed the variables hold what it left.
 */
export function compileInPlace<Args extends readonly unknown[], R>(
  fn: (state: readonly tf.Tensor[], ...args: Args) => readonly [readonly tf.Tensor[], R],
  options: CompileOptions = {},
): Compiled<readonly [readonly tf.Variable[], ...Args], R> {
  return build<readonly [readonly tf.Variable[], ...Args], R>(fn as (...args: never[]) => unknown, options, 'in place');
}

function build<Args extends readonly unknown[], R>(
  fn: (...args: never[]) => unknown,
  options: CompileOptions,
  keeps: 'none' | 'donated' | 'in place',
): Compiled<Args, R> {
  const settings = settle(fn, options);
  const hasState = keeps !== 'none';
  const hold = keeps === 'in place' ? variables : donation;
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
    const trace = traceFunction(backend, { name: settings.name, fn, state, args, bfloat16 }, functionName);
    if (trace.collectives > 0) {
      agree(settings.name, trace.graph);
      backend.binding.runtime.collectives.take(trace.collectives);
    }
    const traced = { trace, attributes: callAttributes(backend, settings), described };
    traces.set(signature, traced);
    return traced;
  }

  function kernels(backend: KernelBackend): Bfloat16Kernels | undefined {
    return settings.precision === 'bfloat16' ? backend.binding.runtime.bfloat16 : undefined;
  }

  function split(values: readonly unknown[]): { state: Flat | undefined; args: Flat } {
    return {
      state: hasState ? stateOf(settings.name, values[0]) : undefined,
      args: flatten(hasState ? values.slice(1) : values, 'args'),
    };
  }

  function call(...values: Args): R {
    const backend = liveBackend();
    if (backend === undefined || backend.binding.recording !== undefined)
      return callDirectly(fn, values, keeps === 'donated' && backend === undefined) as R;
    const { state, args } = split(values);
    const { trace, attributes } = traceFor(backend, state, args);
    const { runtime } = backend.binding;
    runtime.settle();
    const pending = prepare(backend, { name: settings.name, trace, state, args, hold }, (inputs) =>
      runtime.execute(trace.functionName, attributes, inputs, trace.outputs.length),
    );
    return pending.finish(pending.handles) as R;
  }

  call.begin = (...values: Args): R => {
    const backend = liveBackend();
    if (backend === undefined || backend.binding.recording !== undefined) return call(...values);
    const { state, args } = split(values);
    const { trace, attributes } = traceFor(backend, state, args);
    const { runtime } = backend.binding;
    const pending = prepare(backend, { name: settings.name, trace, state, args, hold }, (inputs) =>
      runtime.executeInQueue(trace.functionName, attributes, inputs, trace.outputs.length),
    );
    return pending.finish(pending.handles) as R;
  };

  call.async = async (...values: Args): Promise<R> => {
    const backend = liveBackend();
    if (backend === undefined || backend.binding.recording !== undefined) return call(...values);
    const { state, args } = split(values);
    const { trace, attributes } = traceFor(backend, state, args);
    const { runtime } = backend.binding;
    runtime.settle();
    let done: Promise<void> | undefined;
    const pending = prepare(backend, { name: settings.name, trace, state, args, hold }, (inputs) => {
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
    return fingerprintFunction(backend, { name: settings.name, fn, ...split(values) });
  };
  call.count = (...values: Args): Counts => {
    const backend = needed('counting');
    return countFunction(backend, { name: settings.name, fn, ...split(values), bfloat16: kernels(backend) });
  };

  call.profile = (...values: Args): Profile => {
    const backend = needed('a profile');
    if (settings.xla)
      throw new Error(
        `${settings.name}: XLA runs a function as one op, of which nothing is told: profile it without xla`,
      );
    return profileFunction(backend, { name: settings.name, fn, ...split(values), bfloat16: kernels(backend) });
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
  Object.defineProperty(call, 'graph', { get: () => [...traces.values()].at(-1)?.trace.graph });
  return call as unknown as Compiled<Args, R>;
}
