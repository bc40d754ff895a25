/** How many are begun before the one that is given. */
const AHEAD = 2;

/**
 * What is made of each of many, in their order; the making of the next two is begun before one is given. One that fails is
 * an error where its turn is.
 */
export async function* doneAhead<A, B>(all: AsyncIterable<A>, make: (one: A) => Promise<B>): AsyncGenerator<B, void> {
  const begun: Promise<B>[] = [];
  for await (const one of all) {
    const made = make(one);
    // Whoever takes it is told.
    made.catch(() => undefined);
    begun.push(made);
    // `!`: there are more.
    if (begun.length > AHEAD) yield await begun.shift()!;
  }
  for (const made of begun) yield await made;
}
