import type { core } from 'zod';

/** What zod keeps of a schema, as far as it is said in words here. */
interface Definition {
  readonly type: string;
  readonly format?: string;
  readonly checks?: readonly { readonly _zod: { readonly def: Check } }[];
  readonly innerType?: core.$ZodType;
  readonly in?: core.$ZodType;
  readonly element?: core.$ZodType;
  readonly items?: readonly core.$ZodType[];
  readonly options?: readonly core.$ZodType[];
  readonly discriminator?: string;
  readonly shape?: { readonly [key: string]: core.$ZodType };
  readonly entries?: { readonly [name: string]: string | number };
  readonly keyType?: core.$ZodType;
  readonly values?: readonly unknown[];
}

interface Check {
  readonly check: string;
  readonly value?: number;
  readonly inclusive?: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
}

function definitionOf(schema: core.$ZodType): Definition {
  return schema._zod.def as unknown as Definition;
}

/** What a schema takes, in words: `a number in [0, 1]`, `a whole number from 1 up or 'epochs'`. */
export function allowed(schema: core.$ZodType): string {
  const def = definitionOf(schema);
  const inner = def.innerType ?? def.in;
  switch (def.type) {
    case 'number':
      return numbers(def);
    case 'string':
      return def.checks?.some(({ _zod }) => _zod.def.check === 'min_length') ? 'a text that is not empty' : 'a text';
    case 'boolean':
      return 'true or false';
    case 'null':
      return 'null';
    case 'literal':
      return choice((def.values ?? []).map(quoted));
    case 'enum':
      return `one of ${Object.values(def.entries ?? {}).join(', ')}`;
    case 'nullable':
      return `${allowed(inner!)} or null`;
    case 'union':
      return def.discriminator === undefined
        ? choice([...new Set((def.options ?? []).map(allowed))])
        : `an object whose ${def.discriminator} is one of ${kindsOf(schema).join(', ')}`;
    case 'array':
      return `a list${lengths(def)}, each ${allowed(def.element!)}`;
    case 'tuple':
      return `a list of ${def.items!.length}: ${def.items!.map(allowed).join('; ')}`;
    case 'object':
      return `an object with the keys ${Object.keys(def.shape ?? {}).join(', ')}`;
    case 'record':
      return 'an object';
    default:
      return inner === undefined ? 'a JSON value' : allowed(inner);
  }
}

/** The keys that an object may have; empty where any may be. */
export function keysOf(schema: core.$ZodType): string[] {
  const { shape, keyType } = definitionOf(schema);
  const entries = keyType === undefined ? undefined : definitionOf(keyType).entries;
  return shape === undefined ? Object.values(entries ?? {}).map(String) : Object.keys(shape);
}

/** The texts that a schema takes as they stand: an enumeration's, a literal's, those of a union's members. */
export function textsOf(schema: core.$ZodType): string[] {
  const { type, entries, values, options, innerType, in: first } = definitionOf(schema);
  const inner = innerType ?? first;
  if (type === 'union') return (options ?? []).flatMap(textsOf);
  const own = type === 'enum' ? Object.values(entries ?? {}) : type === 'literal' ? (values ?? []) : [];
  return inner === undefined ? own.filter((value) => typeof value === 'string') : textsOf(inner);
}

/** The key that tells the members of a discriminated union apart; undefined of other schemas. */
export function discriminatorOf(schema: core.$ZodType): string | undefined {
  return definitionOf(schema).discriminator;
}

/** What a discriminated union has under that key: `none`, `tma`; of other schemas nothing. */
export function kindsOf(schema: core.$ZodType): string[] {
  const { discriminator, options } = definitionOf(schema);
  if (discriminator === undefined) return [];
  return (options ?? []).flatMap((option) => {
    const kind = definitionOf(option).shape?.[discriminator];
    return kind === undefined ? [] : textsOf(kind);
  });
}

function numbers({ checks = [], format }: Definition): string {
  const whole = format === 'safeint';
  const word = whole ? 'a whole number' : 'a number';
  const bounds = checks.map(({ _zod }) => _zod.def).filter(({ value }) => value !== undefined);
  const least = tightest(bounds, 'greater_than', whole);
  const most = tightest(bounds, 'less_than', whole);
  if (least !== undefined && most !== undefined) {
    if (whole) return `${word} from ${least.value} to ${most.value}`;
    return `${word} in ${least.inclusive ? '[' : '('}${least.value}, ${most.value}${most.inclusive ? ']' : ')'}`;
  }
  if (least !== undefined) return least.inclusive ? `${word} from ${least.value} up` : `${word} above ${least.value}`;
  if (most !== undefined) return most.inclusive ? `${word} up to ${most.value}` : `${word} below ${most.value}`;
  return word;
}

interface Bound {
  readonly value: number;
  readonly inclusive: boolean;
}

/** The bound that decides; of whole numbers always one that may be reached. */
function tightest(checks: readonly Check[], kind: 'greater_than' | 'less_than', whole: boolean): Bound | undefined {
  const sign = kind === 'greater_than' ? 1 : -1;
  const bounds = checks
    .filter(({ check }) => check === kind)
    .map(({ value, inclusive }) =>
      whole && inclusive !== true
        ? { value: value! + sign, inclusive: true }
        : { value: value!, inclusive: inclusive === true },
    );
  return bounds.toSorted((a, b) => sign * (b.value - a.value) || Number(a.inclusive) - Number(b.inclusive))[0];
}

function lengths({ checks = [] }: Definition): string {
  const defs = checks.map(({ _zod }) => _zod.def);
  const least = defs.find(({ minimum }) => minimum !== undefined)?.minimum;
  const most = defs.find(({ maximum }) => maximum !== undefined)?.maximum;
  if (least !== undefined && most !== undefined) return ` of ${least} to ${most}`;
  if (least !== undefined) return ` of at least ${least}`;
  return most === undefined ? '' : ` of at most ${most}`;
}

function quoted(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}

function choice(parts: readonly string[]): string {
  return parts.length < 3 ? parts.join(' or ') : `${parts.slice(0, -1).join(', ')} or ${parts.at(-1)!}`;
}
