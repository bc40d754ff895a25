import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { isFiles } from '../image-source.ts';
import { doneIn, release, stop } from './control.ts';
import type { Makers } from './makers.ts';
import { chunksPerStep, type Plan } from './plan.ts';
import { workerFromSource } from './worker-from-source.ts';

/** Steps are counted from the first one of the plan. */
export type FromWorker =
  { readonly ready: number } | { readonly failed: number; readonly message: string; readonly stack: string };

/** Built code starts at worker.js. */
const FROM_SOURCE = import.meta.url.endsWith('.ts');
const program = () => workerFromSource(join(import.meta.dirname, 'worker.ts'));

// Nothing of what the main thread was started with.
const execArgv: string[] = [];
const startWorker = (workerData: Plan): Worker =>
  FROM_SOURCE
    ? new Worker(program().code, { eval: true, workerData, execArgv })
    : new Worker(new URL('./worker.js', import.meta.url), { workerData, execArgv });
const originalStack = (stack: string): string => (FROM_SOURCE ? program().original(stack) : stack);

/** Worker threads that make a plan's steps in order, as far ahead as the ring has slots. */
export function startWorkers(plan: Plan, count: number): Makers {
  const { streams, slots, control } = plan;
  const chunks = chunksPerStep(streams);
  const workers = Array.from({ length: count }, () => startWorker(plan));
  const ended = workers.map((worker) => new Promise<void>((resolve) => worker.once('exit', () => resolve())));

  let failure: { readonly nth: number; readonly error: Error } | undefined;
  let closed = false;
  let wake = (): void => {};
  const fail = (nth: number, error: Error): void => {
    if (!failure || nth < failure.nth) failure = { nth, error };
    wake();
  };
  for (const worker of workers) {
    // A waiting worker must not keep a program alive that has stopped asking for batches.
    worker.unref();
    worker.on('message', (message: FromWorker) => {
      if ('ready' in message) return wake();
      const error = new Error(`a data worker failed: ${message.message}`);
      error.stack = `${error.stack ?? ''}\n  in the worker: ${originalStack(message.stack)}`;
      fail(message.failed, error);
    });
    worker.on('error', (error) =>
      fail(0, new Error(`a data worker could not run: ${error.message}`, { cause: error })),
    );
    worker.on('exit', (code) => {
      if (code !== 0 && !closed) fail(0, new Error(`a data worker ended with exit code ${code}`));
    });
  }

  const isReady = (nth: number): boolean =>
    doneIn(control, nth % slots.length) >= chunks * (Math.floor(nth / slots.length) + 1);
  return {
    async ready(nth) {
      release(control, nth);
      while (!isReady(nth)) {
        if (failure && failure.nth <= nth) throw failure.error;
        if (closed) throw new Error('the loader was closed while next() was waiting');
        workers.forEach((worker) => worker.ref());
        await new Promise<void>((resolve) => (wake = resolve));
        workers.forEach((worker) => worker.unref());
      }
    },
    async close() {
      closed = true;
      stop(control);
      wake();
      // A thread that decodes finishes the images that it has begun: native code is not torn from its thread.
      if (isFiles(plan.source)) workers.forEach((worker) => worker.ref());
      else workers.forEach((worker) => void worker.terminate());
      await Promise.all(ended);
    },
  };
}
