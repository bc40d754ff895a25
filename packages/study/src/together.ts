import { SchemaError } from '@spatial-ensemble/record';

/**
 * What each of several readings gives.
 *
 * @throws SchemaError with the problems of all of them, so that none is met only when the others are solved.
 */
export function together<T extends readonly unknown[]>(
  what: string,
  ...readings: { readonly [i in keyof T]: () => T[i] }
): T {
  const problems: string[] = [];
  const read = readings.map((reading) => {
    try {
      return reading();
    } catch (error) {
      if (!(error instanceof SchemaError)) throw error;
      problems.push(...error.problems);
      return undefined;
    }
  });
  if (problems.length > 0) throw new SchemaError(`${what} is not valid`, problems);
  return read as unknown as T;
}
