import type { CApi, Pointer } from './c-functions.ts';

/** An error that TensorFlow reported; `code` is its `TF_Code` (3: invalid argument, 5: not found, 8: out of memory). */
export class TensorFlowError extends Error {
  readonly code: number;

  constructor(message: string, code: number) {
    super(message);
    this.name = 'TensorFlowError';
    this.code = code;
  }
}

/** Says what an error means that TensorFlow words otherwise; undefined: nothing else. */
export type Explain = (message: string, code: number) => string | undefined;

let explain: Explain = () => undefined;

/** Whoever knows more of errors than TensorFlow says; a process has one TensorFlow. */
export function explainErrors(by: Explain): void {
  explain = by;
}

/** One `TF_Status`, reused by every call on the main thread. */
export class Status {
  readonly pointer: Pointer;
  readonly #api: CApi;

  constructor(api: CApi) {
    this.#api = api;
    this.pointer = api.TF_NewStatus();
  }

  /**
   * Throws TensorFlow's own message if the last call failed.
   *
   * @param what failed; a function where it takes long to say, as the place in the caller's code does.
   */
  check(what: string | (() => string)): void {
    const code = this.#api.TF_GetCode(this.pointer);
    if (code === 0) return;
    const said = typeof what === 'string' ? what : what();
    const message = this.#api.TF_Message(this.pointer);
    const means = explain(message, code);
    throw new TensorFlowError([said, ...(means === undefined ? [] : [means]), message].join(': '), code);
  }

  /** Frees the status; it must not be used again. */
  delete(): void {
    this.#api.TF_DeleteStatus(this.pointer);
  }
}
