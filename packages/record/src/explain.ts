import type { core } from 'zod';

import { allowed, discriminatorOf, keysOf, kindsOf, textsOf } from './allowed.ts';
import { nearest, suggestion } from './suggest.ts';

/** Longer values are cut in messages. */
const LONGEST = 80;

/** A value as one would write it: `70`, `"teacher"`, `[0.2,1]`. */
export function shown(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}

/** What to say of something that a schema refuses: the value, what is allowed, the nearest name. zod's own words where this knows none. */
export function explain(issue: core.$ZodRawIssue): string | undefined {
  const schema = issue['schema'] as core.$ZodType | undefined;
  const { code, input } = issue;
  if (code === 'unrecognized_keys') {
    const valid = schema === undefined ? [] : keysOf(schema);
    return issue.keys.map((key) => `unknown key '${key}'.${suggestion(key, valid)}`).join(' ');
  }
  if (code === 'invalid_key') return `as a name, ${issue.issues.map(({ message }) => message).join(' ')}`;
  if (schema === undefined || code === 'custom' || code === 'invalid_format') return undefined;
  if (code === 'invalid_union' && typeof issue['discriminator'] === 'string')
    return ofKind(kindsOf(schema), (input as { readonly [key: string]: unknown })[issue['discriminator']]);
  if (code === 'invalid_value' && typeof input === 'string' && isChoice(schema))
    return unknownChoice(input, textsOf(schema));
  if (input === undefined) return `is missing; it takes ${allowed(schema)}`;
  return `must be ${allowed(schema)}, got ${shown(input)}${hint(issue, schema)}`;
}

/** Texts to choose from, be it one alone; a literal is no choice. */
function isChoice(schema: core.$ZodType): boolean {
  return textsOf(schema).length > 1 || schema._zod.def.type === 'enum';
}

function ofKind(kinds: readonly string[], given: unknown): string {
  if (typeof given === 'string') return unknownChoice(given, kinds);
  const one = `one of ${kinds.join(', ')}`;
  return given === undefined ? `is missing; it takes ${one}` : `must be ${one}, got ${shown(given)}`;
}

function unknownChoice(given: string, choices: readonly string[]): string {
  return `'${given}' is not one of the choices.${suggestion(given, choices)}`;
}

/** What was probably meant. */
function hint({ code, input, ...issue }: core.$ZodRawIssue, schema: core.$ZodType): string {
  if (typeof input === 'number' && code === 'too_big' && issue['maximum'] === 1 && input > 1 && input <= 100)
    return `. Did you pass a percentage? ${input} % is ${Number((input / 100).toPrecision(12))}`;
  if (typeof input === 'number' && code === 'too_big' && issue['maximum'] === Number.MAX_SAFE_INTEGER)
    return `, beyond ${Number.MAX_SAFE_INTEGER}, up to which whole numbers are exact`;
  if (typeof input !== 'string') return '';
  if (kindsOf(schema).includes(input))
    return `. Did you mean ${JSON.stringify({ [discriminatorOf(schema)!]: input })}?`;
  const near = nearest(input, textsOf(schema));
  return near === null ? '' : `. Did you mean '${near}'?`;
}
