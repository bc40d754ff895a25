/** A look at images was left before its end, because the user wants the run to stop. It is made again from its beginning. */
export class LookInterrupted extends Error {
  override readonly name = 'LookInterrupted';

  constructor() {
    super('the look at images was interrupted');
  }
}

/** What work gives; undefined where it was left in a look. */
export async function unlessInterrupted<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof LookInterrupted) return undefined;
    throw error;
  }
}
