import type { CApi, Pointer } from './c-functions.ts';
import { Status } from './status.ts';

/**
 * Where a context runs its ops: on the calling thread, one call each on a thread of TensorFlow's own, or one behind the
 * other in a queue. A call in the background has an executor to itself, since one that failed drops what waits behind
 * it; for calls that each go on with the state of the one before, that is what is wanted.
 */
export class Executors {
  readonly #api: CApi;
  readonly #context: Pointer;
  readonly #inline: Pointer;
  readonly #idle: Pointer[] = [];
  readonly #busy = new Set<Pointer>();
  #queue: Pointer | undefined;

  constructor(api: CApi, context: Pointer) {
    this.#api = api;
    this.#context = context;
    this.#inline = api.TFE_NewExecutor(false, true, 0);
    api.TFE_ContextSetExecutorForThread(context, this.#inline);
  }

  /**
   * Starts what `execute` executes on a thread of TensorFlow's own: the call returns at once with handles whose values
   * are still to come, and `done` settles when it has run.
   *
   * @param name for messages
   */
  inBackground(name: string, execute: () => Pointer[]): { handles: Pointer[]; done: Promise<void> } {
    const executor = this.#idle.pop() ?? this.#api.TFE_NewExecutor(true, true, 0);
    this.#busy.add(executor);
    let handles: Pointer[];
    try {
      handles = this.#on(executor, execute);
    } catch (error) {
      this.#free(executor);
      throw error;
    }
    const done = new Promise<void>((resolve, reject) => {
      const status = new Status(this.#api);
      this.#api.TFE_ExecutorWaitForAllPendingNodes.async(executor, status.pointer, (error: unknown) => {
        try {
          if (error !== null && error !== undefined) throw error as Error;
          status.check(name);
          resolve();
        } catch (reason) {
          reject(reason as Error);
        } finally {
          status.delete();
          this.#free(executor);
        }
      });
    });
    return { handles, done };
  }

  /**
   * Queues what `execute` executes behind what was queued before, on a thread of TensorFlow's own: the call returns at
   * once with handles whose values are still to come. One that fails fails those behind it, up to the next `settle`.
   */
  queued(execute: () => Pointer[]): Pointer[] {
    this.#queue ??= this.#api.TFE_NewExecutor(true, true, 0);
    try {
      return this.#on(this.#queue, execute);
    } catch (error) {
      this.settle();
      throw error;
    }
  }

  /** Blocks until the queue is empty; what failed in it says so where its values are read. */
  settle(): void {
    if (this.#queue === undefined) return;
    const status = new Status(this.#api);
    this.#api.TFE_ExecutorWaitForAllPendingNodes(this.#queue, status.pointer);
    status.delete();
    this.#api.TFE_ExecutorClearError(this.#queue);
  }

  #on(executor: Pointer, execute: () => Pointer[]): Pointer[] {
    this.#api.TFE_ContextSetExecutorForThread(this.#context, executor);
    try {
      return execute();
    } finally {
      this.#api.TFE_ContextSetExecutorForThread(this.#context, this.#inline);
    }
  }

  #free(executor: Pointer): void {
    this.#api.TFE_ExecutorClearError(executor);
    this.#busy.delete(executor);
    this.#idle.push(executor);
  }

  /** Blocks until nothing is in flight; a step that fails says so where it was called. */
  wait(): void {
    this.settle();
    if (this.#busy.size === 0) return;
    const status = new Status(this.#api);
    for (const executor of this.#busy) this.#api.TFE_ExecutorWaitForAllPendingNodes(executor, status.pointer);
    status.delete();
  }
}
