/** The part of JSON Schema that zod gives for a spec. */
export interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  /** Of an object whose names are one's own: what each of them is. */
  readonly additionalProperties?: Schema | boolean;
  readonly required?: readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly items?: Schema;
  readonly prefixItems?: readonly Schema[];
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly pattern?: string;
}

/** A value that a spec has. */
export interface Field {
  /** As `--set` takes it: `optimiser.momentum`. */
  readonly path: string;
  /** Where an object is of one of several kinds: those that have the field. Empty: all. */
  readonly kinds: readonly string[];
  /** What may stand there, in words. */
  readonly allowed: string;
  /** In JSON; absent where the field must be given. */
  readonly default?: string;
}

/** Stands in a path for a name of one's own: `arms.NAME.title`. */
export const OWN_NAME = 'NAME';

/** Every value of a spec that is no object itself, in the order in which the schema has them. */
export function fieldsOf(schema: Schema, path = '', kinds: readonly string[] = []): readonly Field[] {
  const options = schema.oneOf ?? schema.anyOf ?? [];
  if (options.length > 0 && options.every(({ properties }) => properties?.['kind']?.const !== undefined))
    return merged(options, path, schema.default);
  const { additionalProperties: named } = schema;
  if (typeof named === 'object' && isObject(named)) return fieldsOf(named, `${path}.${OWN_NAME}`, kinds);
  if (schema.properties === undefined) return [field(schema, path, kinds)];
  return Object.entries(schema.properties).flatMap(([name, inner]) =>
    fieldsOf(inner, path === '' ? name : `${path}.${name}`, kinds),
  );
}

/** Of one kind or of several. */
function isObject({ properties, oneOf }: Schema): boolean {
  return properties !== undefined || (oneOf ?? []).some((option) => option.properties !== undefined);
}

/** An object of several kinds: its kind, then each field once for all kinds that have it alike. */
function merged(options: readonly Schema[], path: string, given: unknown): readonly Field[] {
  const kindOf = ({ properties }: Schema): string => String(properties?.['kind']?.const);
  const kind: Field = {
    path: `${path}.kind`,
    kinds: [],
    allowed: options.map((option) => code(kindOf(option))).join(', '),
    ...defaultOf((given as { kind?: unknown } | undefined)?.kind),
  };
  const found = new Map<string, Field>();
  for (const option of options)
    for (const one of fieldsOf({ ...option, properties: without(option, 'kind') }, path, [kindOf(option)])) {
      const key = JSON.stringify([one.path, one.allowed, one.default]);
      found.set(key, { ...one, kinds: [...(found.get(key)?.kinds ?? []), kindOf(option)] });
    }
  const all = options.length;
  return [kind, ...[...found.values()].map((one) => ({ ...one, kinds: one.kinds.length === all ? [] : one.kinds }))];
}

function without({ properties = {} }: Schema, name: string): Readonly<Record<string, Schema>> {
  return Object.fromEntries(Object.entries(properties).filter(([key]) => key !== name));
}

function field(schema: Schema, path: string, kinds: readonly string[]): Field {
  return { path, kinds, allowed: allowed(schema), ...defaultOf(schema.default) };
}

function defaultOf(value: unknown): { readonly default?: string } {
  return value === undefined ? {} : { default: JSON.stringify(value).replaceAll(',', ', ') };
}

/** What a schema allows, in words. */
function allowed(schema: Schema): string {
  const options = schema.anyOf ?? schema.oneOf;
  if (options !== undefined) return options.map((option) => allowed(option)).join(' or ');
  if (schema.const !== undefined) return code(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => code(value)).join(', ');
  switch (schema.type) {
    case 'integer':
      return ranged('whole number', schema);
    case 'number':
      return ranged('number', schema);
    case 'boolean':
      return '`true`, `false`';
    case 'null':
      return '`null`';
    case 'string':
      return schema.pattern === undefined ? 'text' : `text like ${code(schema.pattern)}`;
    case 'array':
      if (schema.prefixItems !== undefined) return `[${schema.prefixItems.map((item) => allowed(item)).join(', ')}]`;
      return `${listed(schema)}: ${allowed(schema.items ?? {})}`;
    case 'object':
      if (schema.properties === undefined) return 'object';
      return `{ ${Object.entries(schema.properties ?? {}).map(([name, inner]) => `${name}: ${allowed(inner)}`).join('; ')} }`; // prettier-ignore
    default:
      return 'anything';
  }
}

function listed({ minItems = 0, maxItems }: Schema): string {
  if (maxItems !== undefined) return `list of ${minItems} to ${maxItems}`;
  return minItems === 0 ? 'list of' : `list of ${minItems} or more`;
}

function ranged(noun: string, { minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Schema): string {
  const low = exclusiveMinimum ?? minimum;
  const high = exclusiveMaximum ?? maximum;
  // zod's whole numbers end where floating point's do.
  const isLow = low !== undefined && Math.abs(low) < Number.MAX_SAFE_INTEGER;
  const isHigh = high !== undefined && Math.abs(high) < Number.MAX_SAFE_INTEGER;
  if (isLow && isHigh)
    return `${noun} in ${exclusiveMinimum === undefined ? '[' : '('}${low}, ${high}${exclusiveMaximum === undefined ? ']' : ')'}`;
  if (isLow) return `${noun} ${exclusiveMinimum === undefined ? '≥' : '>'} ${low}`;
  if (isHigh) return `${noun} ${exclusiveMaximum === undefined ? '≤' : '<'} ${high}`;
  return noun;
}

function code(value: unknown): string {
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}
