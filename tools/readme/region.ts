/**
 * A text with another content between `<!-- NAME -->` and `<!-- /NAME -->`.
 *
 * @throws Error where the marks are not there, once each and in order
 */
export function withRegion(text: string, name: string, content: string): string {
  const [from, to] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [before, inside, ...more] = text.split(from);
  const [, after, ...rest] = inside?.split(to) ?? [];
  if (before === undefined || after === undefined || more.length > 0 || rest.length > 0)
    throw new Error(`there must be one ${from} with one ${to} behind it`);
  return `${before}${from}\n\n${content}\n\n${to}${after}`;
}
