import { readFile } from 'node:fs/promises';

/** What is stored of a run is damaged, or belongs to another: it cannot be gone on from. */
export class UnusableRun extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UnusableRun';
  }
}

/**
 * Reads a JSON file of the run store.
 *
 * @param check reads what it must be; its error says what is wrong.
 * @throws UnusableRun that names the file, where it is cut off or something else.
 */
export async function readStored<T>(path: string, check: (value: unknown) => T): Promise<T> {
  const text = await readFile(path, 'utf8');
  try {
    return check(JSON.parse(text));
  } catch (error) {
    throw new UnusableRun(`${path} is damaged: ${(error as Error).message}`, { cause: error });
  }
}

/** How one run alone is begun anew: `--fresh` by itself would throw away every arm. */
export function beginAnew({ arm, seed }: { readonly arm: string; readonly seed: number }): string {
  return `--arm ${arm} --seed ${seed} --fresh`;
}
