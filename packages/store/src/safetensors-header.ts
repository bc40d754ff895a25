/** A tensor as a checkpoint holds it. */
export interface StoredTensor {
  readonly data: Float32Array | Int32Array;
  readonly shape: readonly number[];
}

/** Tensors by name. */
export type StoredTensors = ReadonlyMap<string, StoredTensor>;

/** Texts that stand in a file beside its tensors, by name. */
export type Metadata = Readonly<Record<string, string>>;

/** A tensor of a file, and where its bytes are in the file's data. */
export interface Entry {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

/** Bytes of an element, by the format's name of its type. */
// prettier-ignore
const ELEMENT_BYTES = {
  F64: 8, F32: 4, F16: 2, BF16: 2, I64: 8, I32: 4, I16: 2, I8: 1, U64: 8, U32: 4, U16: 2, U8: 1, BOOL: 1,
} as const;
export type ElementType = keyof typeof ELEMENT_BYTES;

/** Bytes before the header: its length, little-endian. */
export const LENGTH_BYTES = 8;

const MAX_HEADER = 100_000_000;

const METADATA = '__metadata__';

/** Says what is wrong with a file. */
export type Fail = (reason: string) => never;

/** @throws Error, from what it gives, that names the file. */
export function failing(what: string): Fail {
  return (reason) => {
    throw new Error(`${what} is not a whole safetensors file: ${reason}`);
  };
}

function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Names in the order of their data. */
export function namesOf(tensors: StoredTensors): readonly string[] {
  return [...tensors.keys()].toSorted();
}

/**
 * What stands before the data: the header's length and the header.
 *
 * @throws Error when a tensor's data does not fit its shape.
 */
export function encodeHeader(tensors: StoredTensors, metadata?: Metadata): Uint8Array {
  const header = Object.create(null) as Record<string, unknown>;
  if (metadata !== undefined) header[METADATA] = metadata;
  let offset = 0;
  for (const name of namesOf(tensors)) {
    const { data, shape } = tensors.get(name)!;
    if (data.length !== elements(shape))
      throw new Error(`tensor ${name} of shape [${shape.join(', ')}] has ${data.length} elements`);
    header[name] = {
      dtype: data instanceof Float32Array ? 'F32' : 'I32',
      shape,
      data_offsets: [offset, offset + data.byteLength],
    };
    offset += data.byteLength;
  }
  const text = JSON.stringify(header);
  // Spaces up to a multiple of 8, so that the data is aligned.
  const json = Buffer.from(text.padEnd(text.length + ((8 - (Buffer.byteLength(text) % 8)) % 8), ' '), 'utf8');
  const bytes = new Uint8Array(LENGTH_BYTES + json.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, LENGTH_BYTES);
  return bytes;
}

/**
 * The length of the header of a file of so many bytes.
 *
 * @param first the file's first eight bytes, or all where it has fewer.
 */
export function headerLength(first: Uint8Array, fileBytes: number, fail: Fail): number {
  if (first.byteLength < LENGTH_BYTES) fail('it is shorter than its header');
  const length = Number(new DataView(first.buffer, first.byteOffset).getBigUint64(0, true));
  if (length > MAX_HEADER || LENGTH_BYTES + length > fileBytes) fail(`its header claims ${length} bytes`);
  return length;
}

/**
 * The tensors of a file in the order of their data, which they cover without a gap, and the texts beside them. Trusts nothing: lengths, types,
 * shapes, offsets, gaps, overlaps and names given twice are checked, before any memory is taken for data.
 *
 * @param dataBytes how many bytes of data there are.
 */
export function decodeHeader(
  bytes: Uint8Array,
  dataBytes: number,
  fail: Fail,
): { readonly entries: readonly Entry[]; readonly metadata: Metadata } {
  let text: string;
  let header: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    header = JSON.parse(text);
  } catch {
    return fail('its header is not JSON');
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    return fail('its header is not an object');
  const twice = nameGivenTwice(text);
  if (twice !== undefined) return fail(`its header names ${twice} twice`);
  const { [METADATA]: metadata = {}, ...tensors } = header as Record<string, unknown>;
  const texts = typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata) ? metadata : undefined;
  if (texts === undefined || !Object.values(texts).every((text) => typeof text === 'string'))
    return fail('its metadata are not texts by name');
  const entries = Object.entries(tensors)
    .map(([name, entry]) => readEntry(name, entry, fail))
    .sort((a, b) => a.start - b.start || a.end - b.end);
  let end = 0;
  for (const entry of entries) {
    if (entry.start !== end) fail(`the data of ${entry.name} does not begin where the one before ends`);
    end = entry.end;
    if (end > dataBytes) fail(`the data of ${entry.name} is cut off`);
  }
  if (end !== dataBytes) fail(`${dataBytes - end} bytes belong to no tensor`);
  return { entries, metadata: texts as Metadata };
}

function readEntry(name: string, entry: unknown, fail: Fail): Entry {
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Record<string, unknown>;
  const whole = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
  if (typeof dtype !== 'string' || !Object.hasOwn(ELEMENT_BYTES, dtype))
    return fail(`${name} has the unknown type ${String(dtype)}`);
  const type = dtype as ElementType;
  if (!Array.isArray(shape) || !shape.every(whole)) return fail(`${name} has no proper shape`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(whole))
    return fail(`${name} has no proper offsets`);
  const [start, end] = offsets as [number, number];
  if (end - start !== ELEMENT_BYTES[type] * elements(shape))
    return fail(`${name} has ${end - start} bytes for shape [${shape.join(', ')}]`);
  return { name, type, shape, start, end };
}

/** A name that stands twice in one object of valid JSON; `JSON.parse` would keep the last one and say nothing. */
function nameGivenTwice(json: string): string | undefined {
  const open: Set<string>[] = [];
  for (const [token, string] of json.matchAll(/("[^"\\]*(?:\\.[^"\\]*)*")(?=\s*:)|"[^"\\]*(?:\\.[^"\\]*)*"|[{}]/g)) {
    if (token === '{') open.push(new Set());
    else if (token === '}') open.pop();
    else if (string !== undefined) {
      const name = JSON.parse(string) as string;
      if (open.at(-1)!.has(name)) return name;
      open.at(-1)!.add(name);
    }
  }
  return undefined;
}
