/** Who makes a plan's steps: worker threads, or the thread that asks. */
export interface Makers {
  /** Resolves when the `nth` step lies in its slot. Hands all slots before it back. Rejects if making it failed. */
  ready(nth: number): Promise<void>;
  close(): Promise<void>;
}
