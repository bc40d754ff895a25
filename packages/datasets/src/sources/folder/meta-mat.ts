import { inflateSync } from 'node:zlib';

// MATLAB's file format, level 5 (MathWorks, "MAT-File Format", 2019), as much of it as the development kit's `meta.mat`
// has: one array of structs with texts and numbers. There is no kept library for it that we could use instead.

const HEADER_BYTES = 128;
const COMPRESSED = 15;
const MATRIX = 14;
const STRUCT = 2;
const CHAR = 4;

interface Element {
  readonly type: number;
  readonly data: DataView;
  /** Where the next one begins. */
  readonly next: number;
}

type Value = string | readonly number[] | readonly { readonly [field: string]: Value }[];

/**
 * The development kit's numbers of the classes: `synsets(i).ILSVRC2012_ID` and `synsets(i).WNID`.
 *
 * @returns classes by number
 * @throws Error if the file is none of that kind
 */
export function readMetaMat(bytes: Uint8Array): ReadonlyMap<number, string> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER_BYTES || view.getUint16(126, true) !== 0x4d49)
    throw new Error('it is not a MATLAB file of level 5 in little-endian order');
  const synsets = new Map<number, string>();
  for (let at = HEADER_BYTES; at < bytes.length;) {
    const outer = elementAt(view, at);
    const inner = outer.type === COMPRESSED ? elementAt(inflated(outer.data), 0) : outer;
    // A compressed element is not padded.
    at = outer.type === COMPRESSED ? at + 8 + outer.data.byteLength : outer.next;
    if (inner.type !== MATRIX) continue;
    const value = matrixOf(inner.data);
    if (typeof value === 'string') continue;
    for (const row of value) {
      if (typeof row === 'number') continue;
      const { ILSVRC2012_ID: id, WNID: name } = row;
      if (Array.isArray(id) && typeof name === 'string') synsets.set(Number(id[0]), name);
    }
  }
  if (synsets.size === 0) throw new Error('it holds no structs with the fields ILSVRC2012_ID and WNID');
  return synsets;
}

function inflated({ buffer, byteOffset, byteLength }: DataView): DataView {
  const plain = inflateSync(new Uint8Array(buffer, byteOffset, byteLength));
  return new DataView(plain.buffer, plain.byteOffset, plain.byteLength);
}

function elementAt(view: DataView, at: number): Element {
  const word = view.getUint32(at, true);
  const small = word >>> 16;
  if (small > 0) return { type: word & 0xffff, data: part(view, at + 4, small), next: at + 8 };
  const size = view.getUint32(at + 4, true);
  return { type: word, data: part(view, at + 8, size), next: at + 8 + Math.ceil(size / 8) * 8 };
}

function part(view: DataView, at: number, size: number): DataView {
  return new DataView(view.buffer, view.byteOffset + at, size);
}

function matrixOf(view: DataView): Value {
  if (view.byteLength === 0) return [];
  const flags = elementAt(view, 0);
  const sizes = elementAt(view, flags.next);
  const name = elementAt(view, sizes.next);
  const first = elementAt(view, name.next);
  const kind = flags.data.getUint8(0);
  if (kind === CHAR) return String.fromCharCode(...numbersOf(first));
  return kind === STRUCT ? structsOf(view, first, numbersOf(sizes)) : numbersOf(first);
}

function structsOf(view: DataView, nameLength: Element, sizes: readonly number[]): { [field: string]: Value }[] {
  const width = nameLength.data.getInt32(0, true);
  const names = elementAt(view, nameLength.next);
  const text = String.fromCharCode(...numbersOf(names));
  const fields = Array.from({ length: text.length / width }, (_, i) =>
    text.slice(i * width, (i + 1) * width).replace(/\0.*$/s, ''),
  );
  let at = names.next;
  return Array.from({ length: sizes.reduce((product, size) => product * size, 1) }, () => {
    const struct: { [field: string]: Value } = {};
    for (const field of fields) {
      const { data, next } = elementAt(view, at);
      struct[field] = matrixOf(data);
      at = next;
    }
    return struct;
  });
}

type Read = (view: DataView, at: number) => number;
const BYTE: readonly [bytes: number, read: Read] = [1, (view, at) => view.getUint8(at)];
/** How numbers are stored, by the type of their element; UTF-8 counts as bytes, since names are in ASCII. */
const NUMBERS: { readonly [type: number]: readonly [bytes: number, read: Read] } = {
  1: BYTE,
  2: BYTE,
  3: [2, (view, at) => view.getInt16(at, true)],
  4: [2, (view, at) => view.getUint16(at, true)],
  5: [4, (view, at) => view.getInt32(at, true)],
  6: [4, (view, at) => view.getUint32(at, true)],
  7: [4, (view, at) => view.getFloat32(at, true)],
  9: [8, (view, at) => view.getFloat64(at, true)],
  12: [8, (view, at) => Number(view.getBigInt64(at, true))],
  13: [8, (view, at) => Number(view.getBigUint64(at, true))],
  16: BYTE,
  17: [2, (view, at) => view.getUint16(at, true)],
};

function numbersOf({ type, data }: Element): number[] {
  const stored = NUMBERS[type];
  if (stored === undefined) throw new Error(`it has an element of the unknown type ${type}`);
  const [bytes, read] = stored;
  return Array.from({ length: data.byteLength / bytes }, (_, i) => read(data, i * bytes));
}
