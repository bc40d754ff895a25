import type { Json } from '@spatial-ensemble/record';
import { z } from 'zod';

/** What checks the part of a specification that lies at a path. */
export interface Checked {
  readonly at: readonly string[];
  readonly schema: z.ZodType;
  /** A key of the schema that `--set` does not reach. */
  readonly but?: string;
}

/** Of JSON Schema, what says which keys there are. */
interface Shape {
  readonly properties?: { readonly [key: string]: Shape };
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
  readonly oneOf?: readonly Shape[];
  readonly const?: Json;
}

/**
 * The keys that the object at a path may have, whether it has them or not, by the schema of the part that it lies in: of
 * a union the members' that it can be one of, as its `kind` says.
 */
export function possibleKeys(checked: readonly Checked[], spec: Json, path: readonly string[]): string[] {
  return checked.flatMap(({ at, schema, but }) => {
    if (!at.every((key, i) => path[i] === key)) return [];
    const shape = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape;
    const part = at.reduce<Json | undefined>(valueAt, spec);
    const below = path.slice(at.length);
    if (but !== undefined && below[0] === but) return [];
    return [...new Set(keysAt(shape, part, below))].filter((key) => below.length > 0 || key !== but);
  });
}

function keysAt(shape: Shape, value: Json | undefined, [key, ...rest]: readonly string[]): string[] {
  return membersOf(shape, value).flatMap(({ properties = {}, items }) => {
    if (key === undefined) return Object.keys(properties);
    const below = Object.hasOwn(properties, key) ? properties[key] : items;
    return below === undefined ? [] : keysAt(below, valueAt(value, key), rest);
  });
}

/** The shape itself, or of a union each that the value can be of. */
function membersOf(shape: Shape, value: Json | undefined): readonly Shape[] {
  const members = shape.anyOf ?? shape.oneOf;
  if (members !== undefined) return members.flatMap((one) => membersOf(one, value));
  const isOther = Object.entries(shape.properties ?? {}).some(([key, { const: only }]) => {
    const given = valueAt(value, key);
    return only !== undefined && given !== undefined && given !== only;
  });
  return isOther ? [] : [shape];
}

function valueAt(value: Json | undefined, key: string): Json | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as { readonly [key: string]: Json })[key];
}
