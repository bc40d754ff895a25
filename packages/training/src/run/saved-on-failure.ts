import { LookInterrupted } from './look-interrupted.ts';

/**
 * What needs images can fail in the middle of a run, for a file that was damaged meanwhile. The steps before are kept.
 *
 * @param save saves what was not saved yet, and says after how many steps that is.
 * @returns what does a piece of work; if it fails, its error says what it was part of, and from where a run goes on.
 *   Where saving fails too, that is said second: the first error is what is to be put right. A look that was interrupted
 *   is no failure: it is saved, and passed on as it is.
 */
export function savedOnFailure(save: () => Promise<number>): <T>(what: string, work: () => Promise<T>) => Promise<T> {
  return async (what, work) => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof LookInterrupted) {
        await save();
        throw error;
      }
      const saved = await save().then(
        (done) => `The run is saved after step ${done}. Once this is put right, the same command goes on from there`,
        (failed: Error) =>
          `The run could not be saved either: ${failed.message}\nOnce both are put right, the same command goes on from the checkpoint before`,
      );
      throw new Error(`${what}: ${(error as Error).message}\n${saved} (without --fresh).`, { cause: error });
    }
  };
}

/**
 * The same for one of several processes, which cannot save the run without the others: of what fails in one alone they know
 * nothing. A look that was interrupted was so in all of them.
 */
export function unsavedOnFailure(save: () => Promise<number>): <T>(what: string, work: () => Promise<T>) => Promise<T> {
  return async (what, work) => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof LookInterrupted) {
        await save();
        throw error;
      }
      throw new Error(
        `${what}: ${(error as Error).message}\nOnce this is put right, the same command goes on from the last checkpoint (without --fresh).`,
        { cause: error },
      );
    }
  };
}
