/** A tensor as a checkpoint holds it. */
export interface StoredTensor {
  readonly data: Float32Array | Int32Array;
  readonly shape: readonly number[];
}

/** Tensors by name. */
export type StoredTensors = ReadonlyMap<string, StoredTensor>;

const TYPES = { F32: Float32Array, I32: Int32Array } as const;
const MAX_HEADER = 100_000_000;

function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/**
 * The bytes of a safetensors file: an 8-byte little-endian header length, a JSON header, the data in the order of the
 * names (https://huggingface.co/docs/safetensors). The same tensors give the same bytes.
 *
 * @throws Error when a tensor's data does not fit its shape.
 */
export function encodeSafetensors(tensors: StoredTensors): Uint8Array {
  const names = [...tensors.keys()].sort();
  const header = Object.create(null) as Record<string, unknown>;
  let offset = 0;
  for (const name of names) {
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
  const json = Buffer.from(text.padEnd(Math.ceil(Buffer.byteLength(text) / 8) * 8, ' '), 'utf8');
  const bytes = new Uint8Array(8 + json.length + offset);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  let at = 8 + json.length;
  for (const name of names) {
    const { data } = tensors.get(name)!;
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

/**
 * Reads a safetensors file of float32 and int32 tensors. Trusts nothing: lengths, types, shapes, offsets, gaps,
 * overlaps and names given twice are checked.
 *
 * @param what the file, for messages.
 * @throws Error that says what is wrong with it.
 */
export function decodeSafetensors(bytes: Uint8Array, what: string): Map<string, StoredTensor> {
  const fail = (reason: string): never => {
    throw new Error(`${what} is not a whole safetensors file: ${reason}`);
  };
  if (bytes.byteLength < 8) fail('it is shorter than its header');
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (length > MAX_HEADER || 8 + length > bytes.byteLength) fail(`its header claims ${length} bytes`);
  let text: string;
  let header: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + length));
    header = JSON.parse(text);
  } catch {
    return fail('its header is not JSON');
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    return fail('its header is not an object');
  const twice = nameGivenTwice(text);
  if (twice !== undefined) return fail(`its header names ${twice} twice`);
  const data = bytes.subarray(8 + length);
  const entries = Object.entries(header as Record<string, unknown>)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, entry]) => ({ name, ...readEntry(name, entry, fail) }))
    .sort((a, b) => a.start - b.start || a.end - b.end);
  let end = 0;
  const tensors = new Map<string, StoredTensor>();
  for (const entry of entries) {
    if (entry.start !== end) fail(`the data of ${entry.name} does not begin where the one before ends`);
    end = entry.end;
    if (end > data.byteLength) fail(`the data of ${entry.name} is cut off`);
    // A Buffer's own `slice` would share the file's memory, at any offset.
    const copy = Uint8Array.from(data.subarray(entry.start, entry.end));
    tensors.set(entry.name, { data: new TYPES[entry.dtype](copy.buffer), shape: entry.shape });
  }
  if (end !== data.byteLength) fail(`${data.byteLength - end} bytes belong to no tensor`);
  return tensors;
}

function readEntry(
  name: string,
  entry: unknown,
  fail: (reason: string) => never,
): { dtype: keyof typeof TYPES; shape: number[]; start: number; end: number } {
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Record<string, unknown>;
  const whole = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
  if (dtype !== 'F32' && dtype !== 'I32') return fail(`${name} has type ${String(dtype)}; F32 and I32 are read`);
  if (!Array.isArray(shape) || !shape.every(whole)) return fail(`${name} has no proper shape`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(whole))
    return fail(`${name} has no proper offsets`);
  const [start, end] = offsets as [number, number];
  if (end - start !== 4 * elements(shape))
    return fail(`${name} has ${end - start} bytes for shape [${shape.join(', ')}]`);
  return { dtype, shape, start, end };
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
