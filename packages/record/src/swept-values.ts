import { canonicalJson, type Json } from './canonical-json.ts';

/** The values that one `--set key=a,b,c` runs, in their order. */
export interface SweptValues {
  readonly key: string;
  /** Each with the `--set` that gives it alone. */
  readonly values: readonly { readonly value: Json; readonly text: string }[];
}

/** What may stand in a list of values without quotes. */
const WORD = /^[\w.+-]+$/;

/**
 * Reads `teacher.momentum.value=0.9,0.97,0.99`: several values, each of which is run. Commas part them where what follows
 * the first `=` is no JSON as a whole and they stand in no bracket and no string: `widths=[1,2],[3,4]` are two lists,
 * `name="a,b","c"` two texts, while `widths=[1,2]` and `name="a,b"` are one value each.
 *
 * @returns undefined for a text with one value
 * @throws Error where a text with a comma may mean something else: a word that would need quotes, a value that is missing
 *   or there twice, values of different types
 */
export function sweptValues(text: string): SweptValues | undefined {
  const at = text.indexOf('=');
  const [key, given] = [text.slice(0, at).trim(), text.slice(at + 1)];
  if (at < 1 || !given.includes(',') || asJson(given) !== undefined) return undefined;
  const refuse = (why: string): Error =>
    new Error(
      `--set ${text}: ${why}. Several values are parted by commas, ${key}=0.9,0.99; a text that holds one stands in quotes, '${key}="a,b"', and a list in brackets, ${key}=[1,2]`,
    );
  const parts = parted(given).map((part) => part.trim());
  if (parts.includes('')) throw refuse('a value is missing beside a comma');
  const values = parts.map((part) => {
    const json = asJson(part);
    const value = json === undefined && WORD.test(part) ? part : json;
    if (value === undefined) throw refuse(`'${part}' is no value`);
    return { value, text: `${key}=${part}` };
  });
  const written = values.map(({ value }) => canonicalJson(value));
  const twice = written.findIndex((one, i) => written.indexOf(one) !== i);
  if (twice !== -1) throw refuse(`${written[twice]} is there twice`);
  const types = [...new Set(values.filter(({ value }) => value !== null).map(({ value }) => typeOf(value)))];
  if (types.length > 1) throw refuse(`the values are of different types (${types.join(', ')})`);
  return { key, values };
}

/** At the commas that stand in no bracket and no string. */
function parted(text: string): string[] {
  const parts: string[] = [''];
  let [depth, quoted, escaped] = [0, false, false];
  for (const letter of text) {
    if (letter === ',' && depth === 0 && !quoted) {
      parts.push('');
      continue;
    }
    parts.push(`${parts.pop()}${letter}`);
    if (letter === '"' && !escaped) quoted = !quoted;
    escaped = quoted && letter === '\\' && !escaped;
    if (!quoted && '[{'.includes(letter)) depth++;
    if (!quoted && ']}'.includes(letter)) depth--;
  }
  return parts;
}

function asJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function typeOf(value: Json): string {
  return Array.isArray(value) ? 'list' : typeof value;
}
