// What a schema can be given wrongly, found by walking zod's own description of it beside a value that it takes.

type Path = readonly (string | number)[];

/** A zod schema, as far as it is walked here. */
export interface Walked {
  readonly _zod: { readonly def: unknown };
}

interface Definition {
  readonly type: string;
  readonly format?: string;
  readonly checks?: readonly { readonly _zod: { readonly def: Check } }[];
  readonly innerType?: Walked;
  readonly in?: Walked;
  readonly element?: Walked;
  readonly items?: readonly Walked[];
  readonly options?: readonly Walked[];
  readonly discriminator?: string;
  readonly shape?: { readonly [key: string]: Walked };
  readonly catchall?: Walked;
  readonly entries?: { readonly [name: string]: string | number };
  readonly values?: readonly unknown[];
  readonly valueType?: Walked;
}

interface Check {
  readonly check: string;
  readonly value?: number;
  readonly inclusive?: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly format?: string;
}

/** One value that is wrong, where it stands, and what a message about it must hold beside its path. */
export interface Case {
  readonly kind: 'wrong type' | 'out of range' | 'unknown neighbour' | 'missing';
  readonly path: Path;
  readonly value: unknown;
  readonly says: readonly string[];
}

const definitionOf = (schema: Walked): Definition => schema._zod.def as Definition;

/** Without defaults and the like around it. */
function bare(schema: Walked): Walked {
  const { innerType, in: first } = definitionOf(schema);
  const inner = innerType ?? first;
  return inner === undefined ? schema : bare(inner);
}

function mayBeAbsent(schema: Walked): boolean {
  const { type, innerType } = definitionOf(schema);
  return (
    ['default', 'prefault', 'optional', 'catch'].includes(type) || (innerType !== undefined && mayBeAbsent(innerType))
  );
}

/** The members of a plain union, those of a union within it too; any other schema is its only one. */
function members(schema: Walked): Walked[] {
  const { type, options, discriminator, innerType } = definitionOf(schema);
  if (type === 'nullable') return [...members(innerType!), { _zod: { def: { type: 'null' } } }];
  const inner = bare(schema);
  if (inner !== schema) return members(inner);
  return type === 'union' && discriminator === undefined ? options!.flatMap(members) : [schema];
}

type Kind = 'number' | 'string' | 'boolean' | 'object' | 'array' | 'null' | 'anything';

function kindOf(schema: Walked): Kind {
  const { type, values } = definitionOf(schema);
  if (type === 'literal') return typeof values![0] as Kind;
  if (type === 'enum') return 'string';
  if (type === 'tuple') return 'array';
  if (['record', 'union'].includes(type)) return 'object';
  return ['number', 'string', 'boolean', 'object', 'array', 'null'].includes(type) ? (type as Kind) : 'anything';
}

/** A value of each kind that no schema means. */
const STRANGE: readonly (readonly [Kind, unknown])[] = [
  ['boolean', true],
  ['number', 3.25],
  ['array', [[]]],
  ['object', { stranger: 1 }],
];

/** What is said of what is allowed: all names of a choice, or the word for a type. */
function words(schema: Walked): string[] {
  const { type, entries, values, discriminator, options, format } = definitionOf(schema);
  if (type === 'enum') return Object.values(entries!).map(String);
  if (type === 'literal') return values!.map(String);
  if (type === 'union') return options!.flatMap((option) => words(bare(definitionOf(option).shape![discriminator!]!)));
  if (type === 'number') return [format === 'safeint' ? 'a whole number' : 'a number', ...bounds(schema).map(String)];
  const named = { string: 'a text', boolean: 'true or false', array: 'a list', tuple: 'a list', null: 'null' };
  return [named[type as keyof typeof named] ?? 'an object'];
}

/** The figures that a message gives as bounds; a whole number above 0 is one from 1. */
function bounds(schema: Walked): number[] {
  const { checks = [], format } = definitionOf(schema);
  return checks
    .map(({ _zod }) => _zod.def)
    .filter(({ value }) => value !== undefined)
    .map(({ check, value, inclusive }) =>
      format === 'safeint' && inclusive !== true ? value! + (check === 'greater_than' ? 1 : -1) : value!,
    );
}

function outOfRange(schema: Walked, path: Path): Case[] {
  const { type, entries, checks = [], format } = definitionOf(schema);
  const one = (value: unknown, ...says: string[]): Case => ({ kind: 'out of range', path, value, says });
  const defs = checks.map(({ _zod }) => _zod.def);
  const shown = (value: unknown): string => JSON.stringify(value).slice(0, 60);
  if (type === 'enum') {
    const all = Object.values(entries!).map(String);
    return [one(`${all[0]}x`, `${all[0]}x`, `Did you mean '${all[0]}'?`, ...all)];
  }
  if (type === 'number')
    return [
      ...(format === 'safeint' ? [one(1.5, 'got 1.5', 'a whole number')] : []),
      ...defs
        .filter(({ value }) => value !== undefined)
        .map(({ check, value }) => {
          const beyond = check === 'greater_than' ? value! - 1 : value! + 69;
          return one(beyond, `got ${beyond}`, ...bounds(schema).map(String));
        }),
    ];
  if (type === 'string')
    return defs.flatMap(({ check }) => {
      if (check === 'min_length') return [one('', 'got ""', 'not empty')];
      return check === 'string_format' ? [one('No, that!', 'got "No, that!"', 'must be')] : [];
    });
  if (type === 'array')
    return defs.flatMap(({ minimum, maximum }) => [
      ...(minimum !== undefined && minimum > 0 ? [one([], 'got []', String(minimum))] : []),
      ...(maximum !== undefined
        ? [
            one(
              Array.from({ length: maximum + 1 }, () => 0.5),
              'got [',
              String(maximum),
            ),
          ]
        : []),
    ]);
  if (type === 'tuple') return [one([], `got ${shown([])}`, 'a list of 2')];
  return [];
}

/** All that one field can be given wrongly. */
function casesOf(schema: Walked, path: Path): Case[] {
  const all = members(schema);
  const kinds = all.map(kindOf);
  if (kinds.includes('anything')) return [];
  const [, stranger] = STRANGE.find(([kind]) => !kinds.includes(kind))!;
  const wrong: Case = {
    kind: 'wrong type',
    path,
    value: stranger,
    says: [`got ${JSON.stringify(stranger)}`, ...all.flatMap(words)],
  };
  return [wrong, ...all.flatMap((member) => outOfRange(member, path))];
}

/** The member of a union that a value is of. */
function memberOf(schema: Walked, value: unknown): Walked | undefined {
  const kind = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  const member = members(schema).find((one) => kindOf(one) === kind);
  const { discriminator, options } = member === undefined ? ({} as Partial<Definition>) : definitionOf(member);
  if (discriminator === undefined) return member;
  const given = (value as { readonly [key: string]: unknown })[discriminator];
  return options!.find((option) => words(bare(definitionOf(option).shape![discriminator]!)).includes(String(given)));
}

/** Every field below `value`, which the schema takes, by its path with what can be wrong with it. */
export function walk(schema: Walked, value: unknown, path: Path = []): ReadonlyMap<string, readonly Case[]> {
  const found = new Map<string, readonly Case[]>();
  const member = memberOf(schema, value);
  if (member === undefined) return found;
  const { type, shape, catchall, element, items, valueType } = definitionOf(member);
  const below = (key: string | number, of: Walked, more: readonly Case[] = []): void => {
    const at = [...path, key];
    found.set(at.join('.'), [...casesOf(of, at), ...more]);
    const inner = (value as { readonly [key: string]: unknown })[key];
    if (inner !== undefined) for (const [name, cases] of walk(of, inner, at)) found.set(name, cases);
  };
  if (type === 'object')
    for (const [key, of] of Object.entries(shape!)) {
      const missing: Case = { kind: 'missing', path: [...path, key], value: undefined, says: ['is missing'] };
      const neighbour: Case = {
        kind: 'unknown neighbour',
        path: [...path, `${key}x`],
        value: 1,
        says: [`unknown key '${key}x'`, `Did you mean '${key}'?`, ...Object.keys(shape!)],
      };
      const strict = catchall !== undefined && definitionOf(catchall).type === 'never';
      below(key, of, [...(mayBeAbsent(of) ? [] : [missing]), ...(strict ? [neighbour] : [])]);
    }
  if (type === 'array' && (value as unknown[]).length > 0) below(0, element!);
  if (type === 'tuple') items!.forEach((item, i) => below(i, item));
  if (type === 'record') for (const key of Object.keys(value as object).slice(0, 1)) below(key, valueType!);
  return found;
}

/** `value` with another one at a path; `undefined` takes the key away. */
export function withAt(value: unknown, [key, ...rest]: Path, put: unknown): unknown {
  if (key === undefined) return put;
  const inner = withAt((value as { readonly [key: string]: unknown } | undefined)?.[key], rest, put);
  if (Array.isArray(value)) return value.map((old: unknown, i) => (i === key ? inner : old));
  const { [key]: _, ...others } = value as { readonly [key: string]: unknown };
  return inner === undefined ? others : { ...others, [key]: inner };
}
