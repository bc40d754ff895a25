/** Entries of folders that are no images of the data set, of one sort. */
export interface Skipped {
  readonly why: SkipReason;
  readonly count: number;
  /** The first of them. */
  readonly example: string;
}

export type SkipReason =
  | 'files with other extensions'
  | 'links that lead nowhere'
  | 'names that are not UTF-8'
  | 'pipes, sockets and devices'
  | 'folders linked into themselves'
  | 'images beside the folders of classes';

/** Counts what is skipped. */
export class Skips {
  readonly #found = new Map<SkipReason, Skipped>();

  add(why: SkipReason, path: string): void {
    const { count, example } = this.#found.get(why) ?? { count: 0, example: path };
    this.#found.set(why, { why, count: count + 1, example });
  }

  list(): readonly Skipped[] {
    return [...this.#found.values()];
  }
}

/** What was skipped, as one line; undefined where nothing was. */
export function skippedText(skipped: readonly Skipped[]): string | undefined {
  if (skipped.length === 0) return undefined;
  const parts = skipped.map(
    ({ why, count, example }) => `${why} (${count.toLocaleString('en')}, the first: ${example})`,
  );
  return `skipped: ${parts.join('; ')}`;
}
