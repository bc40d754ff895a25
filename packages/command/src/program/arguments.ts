import { InvalidArgumentError } from 'commander';

/** @throws InvalidArgumentError for a seed that no number holds exactly. */
export function seedOf(text: string): number {
  const seed = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(seed))
    throw new InvalidArgumentError(`It takes a whole number, at most ${Number.MAX_SAFE_INTEGER}.`);
  return seed;
}

/** @throws InvalidArgumentError for anything but a whole number from 1 up. */
export function atLeastOne(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('It takes a whole number from 1 up.');
  return Number(text);
}

/** @throws InvalidArgumentError for anything but a whole number from 0 up. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It takes a whole number from 0 up.');
  return Number(text);
}

/** `every=1000`. @throws InvalidArgumentError for anything else. */
export function keepEvery(text: string): number {
  const [, steps] = /^every=([1-9]\d*)$/.exec(text) ?? [];
  if (steps === undefined || !Number.isSafeInteger(Number(steps)))
    throw new InvalidArgumentError('It takes steps, such as every=1000.');
  return Number(steps);
}

/** @throws InvalidArgumentError for what is no length of time. */
export function hours(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0)
    throw new InvalidArgumentError('It takes hours, such as 12 or 0.5.');
  return value;
}

/** A distance between two measures. @throws InvalidArgumentError for anything but a number from 0 up */
export function points(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0)
    throw new InvalidArgumentError('It takes points of a measure, such as 0.5.');
  return value;
}

/** The number of a GPU. @throws InvalidArgumentError for anything but a whole number from 0 up */
export function gpuNumber(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new InvalidArgumentError('It takes the number of a GPU, from 0, or none.');
  return Number(text);
}

/** Bytes of so many GB, 10⁹ each. @throws InvalidArgumentError for anything but a number above 0 */
export function gigabytes(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0)
    throw new InvalidArgumentError('It takes GB, such as 16 or 7.5.');
  return Math.round(value * 1e9);
}

/** An option that may be repeated: the values in their order. */
export function collect<T>(
  read: (text: string) => T,
): (text: string, before: readonly T[] | undefined) => readonly T[] {
  return (text, before) => [...(before ?? []), read(text)];
}
