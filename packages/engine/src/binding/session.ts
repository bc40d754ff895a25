import { bufferBytes, packOutputs } from './c-api.ts';
import type { GraphOutput, Pointer } from './c-functions.ts';
import { decodeStepStats, encodeConfig, encodeFullTrace, type DeviceStats } from './protos.ts';
import type { Runtime } from './runtime.ts';

/** A value that a run of a session is given. */
interface Feed {
  readonly output: GraphOutput;
  readonly handle: Pointer;
}

/** What a run of a session is asked for. */
export interface SessionRun {
  readonly feeds: readonly Feed[];
  readonly fetches: readonly GraphOutput[];
  /** Nodes that are run for what they do. */
  readonly targets: readonly Pointer[];
}

/** How long a run took, and what its devices did. */
export interface TracedRun {
  readonly wallMs: number;
  readonly devices: readonly DeviceStats[];
}

/**
 * A session of TensorFlow's on a graph, with the threads of the eager context. The C API tells the times of nodes of
 * sessions alone: it exports no profiler, and the run metadata of an eager context holds graphs only.
 */
export class Session {
  readonly #runtime: Runtime;
  readonly #session: Pointer;

  /** @param graph must outlive it */
  constructor(runtime: Runtime, graph: Pointer) {
    const { api, status, config } = runtime;
    this.#runtime = runtime;
    const options = api.TF_NewSessionOptions();
    try {
      const bytes = encodeConfig(config);
      api.TF_SetConfig(options, bytes, bytes.length, status.pointer);
      status.check('TensorFlow refuses the configuration of a session');
      const session = api.TF_NewSession(graph, options, status.pointer);
      status.check('could not open a session');
      this.#session = session!;
    } finally {
      api.TF_DeleteSessionOptions(options);
    }
  }

  run(asked: SessionRun): void {
    this.#run(asked, null, null);
  }

  /** As `run`, timed node by node. */
  trace(asked: SessionRun): TracedRun {
    const { api } = this.#runtime;
    const bytes = encodeFullTrace();
    const options = api.TF_NewBufferFromString(bytes, bytes.length);
    const metadata = api.TF_NewBuffer();
    try {
      const began = performance.now();
      this.#run(asked, options, metadata);
      const wallMs = performance.now() - began;
      return { wallMs, devices: decodeStepStats(bufferBytes(metadata)) };
    } finally {
      api.TF_DeleteBuffer(options);
      api.TF_DeleteBuffer(metadata);
    }
  }

  #run({ feeds, fetches, targets }: SessionRun, options: Pointer | null, metadata: Pointer | null): void {
    const { api, status } = this.#runtime;
    const values: Pointer[] = [];
    try {
      for (const { handle } of feeds) {
        const tensor = api.TFE_TensorHandleResolve(handle, status.pointer);
        status.check('could not read an input of the session');
        values.push(tensor!);
      }
      const results = new BigUint64Array(Math.max(1, fetches.length));
      api.TF_SessionRun(
        this.#session,
        options,
        packOutputs(feeds.map(({ output }) => output)),
        BigUint64Array.from(values),
        values.length,
        packOutputs(fetches),
        results,
        fetches.length,
        BigUint64Array.from(targets.length === 0 ? [0n] : targets),
        targets.length,
        metadata,
        status.pointer,
      );
      status.check('the session failed');
      for (const tensor of results.subarray(0, fetches.length)) api.TF_DeleteTensor(tensor);
    } finally {
      for (const tensor of values) api.TF_DeleteTensor(tensor);
    }
  }

  close(): void {
    const { api, status } = this.#runtime;
    api.TF_DeleteSession(this.#session, status.pointer);
    status.check('could not close a session');
  }
}
