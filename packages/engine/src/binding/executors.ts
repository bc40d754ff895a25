import type { CApi, Pointer } from './c-functions.ts';
import { Status } from './status.ts';

/**
 * Where a context runs its ops: on the calling thread, or one call each on a thread of TensorFlow's own. Each call in
 * flight has an executor to itself, since one that failed drops what waits behind it.
 */
export class Executors {
  readonly #api: CApi;
  readonly #context: Pointer;
  readonly #inline: Pointer;
  readonly #idle: Pointer[] = [];
  readonly #busy = new Set<Pointer>();

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
    this.#api.TFE_ContextSetExecutorForThread(this.#context, executor);
    let handles: Pointer[];
    try {
      handles = execute();
    } catch (error) {
      this.#free(executor);
      throw error;
    } finally {
      this.#api.TFE_ContextSetExecutorForThread(this.#context, this.#inline);
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

  #free(executor: Pointer): void {
    this.#api.TFE_ExecutorClearError(executor);
    this.#busy.delete(executor);
    this.#idle.push(executor);
  }

  /** Blocks until nothing is in flight; a step that fails says so where it was called. */
  wait(): void {
    if (this.#busy.size === 0) return;
    const status = new Status(this.#api);
    for (const executor of this.#busy) this.#api.TFE_ExecutorWaitForAllPendingNodes(executor, status.pointer);
    status.delete();
  }
}
