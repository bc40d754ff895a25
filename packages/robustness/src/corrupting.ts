import { join } from 'node:path';
import { workerFromSource } from '@spatial-ensemble/datasets';
import { pool, TerminateError } from 'workerpool';
import { corruptAll, type Corrupted } from './corruptions/corrupt-all.ts';

/** Corrupts images, in threads where it was given some. */
export interface Corrupting {
  /** The same bytes whatever the number of threads. @throws Error with a thread's stack, if one failed */
  all(images: Corrupted): Promise<Uint8Array>;
  /** Ends the threads, in the middle of an image too. */
  close(): Promise<void>;
}

/** Built code starts at worker.js. */
const FROM_SOURCE = import.meta.url.endsWith('.ts');
const FOLDER = join(import.meta.dirname, 'corruptions');
const program = () => workerFromSource(join(FOLDER, 'worker.ts'));

/** @param workers threads; 0 corrupts in the thread that asks. */
export function openCorrupting(workers: number): Corrupting {
  if (workers === 0) return { all: async (images) => corruptAll(images), close: async () => {} };
  const threads = pool(FROM_SOURCE ? program().code : join(FOLDER, 'worker.js'), {
    workerType: 'thread',
    maxWorkers: workers,
    // Nothing of what the main thread was started with.
    workerThreadOpts: { eval: FROM_SOURCE, execArgv: [] },
    // A thread that is busy is not waited for: it holds nothing that has to be put away.
    workerTerminateTimeout: 1,
  });
  return {
    async all(images) {
      const out = new Uint8Array(images.data.length);
      await Promise.all(
        shares(images, workers).map(async ({ at, share }) => {
          try {
            out.set((await threads.exec('corruptAll', [share])) as Uint8Array, at);
          } catch (error) {
            throw failed(error as Error, images);
          }
        }),
      );
      return out;
    },
    close: async () => void (await threads.terminate(true)),
  };
}

/** Images cut into as many parts as there are threads, each with its place among the bytes. */
function shares(images: Corrupted, workers: number): { readonly at: number; readonly share: Corrupted }[] {
  const { data, indices } = images;
  const each = Math.ceil(indices.length / workers);
  const size = data.length / indices.length;
  return Array.from({ length: Math.ceil(indices.length / each) }, (_, part) => {
    const [from, to] = [part * each, Math.min(indices.length, (part + 1) * each)];
    // Copied: what is posted takes the whole memory behind it along.
    const share = { ...images, data: data.slice(from * size, to * size), indices: indices.slice(from, to) };
    return { at: from * size, share };
  });
}

function failed(thrown: Error, { kind, severity }: Corrupted): Error {
  const what = `${kind} of severity ${severity} failed`;
  // Of a thread that is gone the pool tells its whole program, behind the first line.
  if (thrown instanceof TerminateError)
    return new Error(`${what}: its thread ended (${thrown.message.split('\n', 1)[0]}). Where memory ran out, give it fewer threads (--workers)`); // prettier-ignore
  const { message, stack = '' } = thrown;
  const error = new Error(`${what}: ${message}`);
  error.stack = `${error.stack ?? ''}\n  in the worker: ${FROM_SOURCE ? program().original(stack) : stack}`;
  return error;
}
