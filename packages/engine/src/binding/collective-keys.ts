/** Keys above this are of collectives outside traces; those of traces count up from 1. */
const OUTSIDE = 2 ** 30;

/**
 * The instance keys of a process's collectives. Processes that trace and call the same in the same order give the same
 * keys; `agreed` makes sure that they do, trace by trace.
 */
export class CollectiveKeys {
  #traced = 0;
  readonly #outside = new Map<string, number>();

  /** How many collectives all traces so far have. */
  get traced(): number {
    return this.#traced;
  }

  /** A trace with so many collectives is there for good. */
  take(count: number): void {
    this.#traced += count;
  }

  /** The key of a collective outside traces, by what it does. */
  keyOf(what: string): number {
    const known = this.#outside.get(what) ?? OUTSIDE + this.#outside.size;
    this.#outside.set(what, known);
    return known;
  }
}
