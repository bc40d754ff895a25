/** What a round of tries came to. */
export interface Round {
  readonly tried: number;
  /** A line for each try in which the guarantee did not hold, with what is needed to try it again. */
  readonly failures: readonly string[];
}

/** Something that the suite promises, tried until the time is over. */
export interface Guarantee {
  /** As it is counted: `kills survived`. */
  readonly name: string;
  /** Why it cannot be tried here; undefined where it can. */
  readonly missing?: string | undefined;
  /** So many tries at least, however long they take; default: those of one round. */
  readonly least?: number;
  /** Some seconds of tries. What it tries follows from its number. */
  round(n: number): Promise<Round>;
  /** What all rounds came to, where that is more than a count. */
  summary?(all: Round): string;
  /** What is to be removed at the end. */
  close?(): void;
}

/**
 * Tries a guarantee for so many milliseconds, at least one round, and as often as it wants.
 *
 * @param over is told of each round that is over
 */
export async function tried(
  guarantee: Guarantee,
  milliseconds: number,
  first = 0,
  over?: (n: number, round: Round) => void,
): Promise<Round> {
  const end = performance.now() + milliseconds;
  const all = { tried: 0, failures: [] as string[] };
  for (let n = first; n === first || performance.now() < end || all.tried < (guarantee.least ?? 0); n++) {
    const round = await guarantee.round(n);
    all.tried += round.tried;
    all.failures.push(...round.failures);
    over?.(n, round);
  }
  return all;
}

/** `kills survived 120/120`, and what did not hold below it. */
export function line({ name, summary }: Guarantee, all: Round): string {
  const { tried: n, failures } = all;
  const first = summary?.(all) ?? `${name} ${n - failures.length}/${n}`;
  return [first, ...failures.map((failure) => `  ${failure}`)].join('\n');
}
