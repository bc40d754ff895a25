import type { Tensors } from './variables.ts';

/**
 * The tensors of some names among more.
 *
 * @param whose for the message: `the student`.
 * @throws Error if one is missing
 */
export function partOf(tensors: Tensors, names: object, whose: string): Tensors {
  return Object.fromEntries(
    Object.keys(names).map((name) => {
      const tensor = tensors[name];
      if (tensor === undefined) throw new Error(`${whose} has no variable ${name}`);
      return [name, tensor];
    }),
  );
}
