/**
 * The first of a list that has one, such as the outputs of an op with one output.
 *
 * @throws Error if the list is empty
 */
export function first<T>(list: readonly T[]): T {
  const [value] = list;
  if (value === undefined) throw new Error('a list that holds at least one thing was empty');
  return value;
}

/**
 * Two lists that go together, element by element, such as leaves and their paths.
 *
 * @throws Error if one is longer than the other
 */
export function zip<A, B>(a: readonly A[], b: readonly B[]): (readonly [A, B])[] {
  if (a.length !== b.length) throw new Error(`lists that go together have ${a.length} and ${b.length} elements`);
  return a.map((value, i) => [value, b[i] as B] as const);
}
