/**
 * What needs images can fail in the middle of a run, for a file that was damaged meanwhile. The steps before are kept.
 *
 * @param save saves what was not saved yet, and says after how many steps that is.
 * @returns what does a piece of work; if it fails, its error says what it was part of, and from where a run goes on.
 */
export function savedOnFailure(save: () => Promise<number>): <T>(what: string, work: () => Promise<T>) => Promise<T> {
  return async (what, work) => {
    try {
      return await work();
    } catch (error) {
      const done = await save();
      throw new Error(
        `${what}: ${(error as Error).message}\nThe run is saved after step ${done}. Once this is put right, the same command goes on from there (without --fresh).`,
        { cause: error },
      );
    }
  };
}
