/** Work that was begun and is waited for later, in the order in which it was begun. */
export interface InFlight {
  add(work: Promise<void>): void;
  /** Waits until less than `most` is in flight. @throws what the first work that failed threw */
  room(most: number): Promise<void>;
  /** When the last of it had ended; undefined while some is under way. Milliseconds of `performance.now`. */
  readonly idleSince: number | undefined;
  /** Waits until nothing is under way, whatever came of it. */
  quiet(): Promise<void>;
}

export function inFlight(): InFlight {
  const begun: Promise<{ readonly error: unknown } | undefined>[] = [];
  let idleSince: number | undefined = performance.now();
  let open = 0;
  const end = <T>(outcome: T): T => {
    open -= 1;
    if (open === 0) idleSince = performance.now();
    return outcome;
  };
  return {
    add(work) {
      open += 1;
      idleSince = undefined;
      begun.push(
        work.then(
          () => end(undefined),
          (error: unknown) => end({ error }),
        ),
      );
    },
    async room(most) {
      while (begun.length >= most) {
        const failed = await begun[0];
        // What failed stays, so that whoever asks later is told too.
        if (failed !== undefined) throw failed.error;
        begun.shift();
      }
    },
    get idleSince() {
      return idleSince;
    },
    async quiet() {
      await Promise.all(begun);
    },
  };
}
