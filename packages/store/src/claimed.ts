/** Another process trains a run: it says which. */
export class Claimed extends Error {
  override readonly name = 'Claimed';

  /** @param holder its number, with its machine where that is another one; undefined: it has not said so yet. */
  constructor(holder?: string) {
    super(
      holder === undefined
        ? 'another process has just begun this run: wait for it, or stop it.'
        : `another process (${holder}) trains this run: wait for it, or stop it.`,
    );
  }
}
