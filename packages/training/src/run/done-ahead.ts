/**
 * What is made of each of many, in their order. One that fails is an error where its turn is.
 *
 * @param ahead the making of how many more is begun before one is given
 */
export async function* doneAhead<A, B>(
  all: AsyncIterable<A>,
  make: (one: A) => Promise<B>,
  ahead: number,
): AsyncGenerator<B, void> {
  const begun: Promise<B>[] = [];
  for await (const one of all) {
    const made = make(one);
    // Whoever takes it is told.
    made.catch(() => undefined);
    begun.push(made);
    // `!`: there are more.
    if (begun.length > ahead) yield await begun.shift()!;
  }
  for (const made of begun) yield await made;
}
