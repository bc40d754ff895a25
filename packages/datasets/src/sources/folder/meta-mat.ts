import { inflateSync } from 'node:zlib';

// MATLAB's file format, level 5 (MathWorks, "MAT-File Format", 2019), as much of it as the development kit's `meta.mat`
// has: one array of structs with texts and numbers. There is no kept library for it that we could use instead.
// Nothing is made by a number that a file gives: each step reads at least eight bytes, and there are only so many.

/** Of the file, and of what it unpacks to; the whole development kit has 2.5 MB packed. */
export const MOST_META_MAT_BYTES = 16e6;

const HEADER_BYTES = 128;
const COMPRESSED = 15;
const MATRIX = 14;
const STRUCT = 2;
const CHAR = 4;
/** The longest name of a field, by the format. */
const MOST_NAME_BYTES = 64;

/** The fields that are read of each struct. */
const NUMBER = 'ILSVRC2012_ID';
const NAME = 'WNID';

interface Element {
  readonly type: number;
  readonly data: DataView;
  /** Where the next one begins. */
  readonly next: number;
}

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
  let room = MOST_META_MAT_BYTES;
  for (let at = HEADER_BYTES; at < bytes.length;) {
    const outer = elementAt(view, at);
    let inner = outer;
    if (outer.type === COMPRESSED) {
      const plain = inflated(outer.data, room);
      room -= plain.byteLength;
      inner = elementAt(plain, 0);
    }
    // A compressed element is not padded.
    at = outer.type === COMPRESSED ? at + 8 + outer.data.byteLength : outer.next;
    if (inner.type === MATRIX) readSynsets(inner.data, synsets);
  }
  if (synsets.size === 0) throw new Error(`it holds no structs with the fields ${NUMBER} and ${NAME}`);
  return synsets;
}

/** @param room bytes that may come out */
function inflated({ buffer, byteOffset, byteLength }: DataView, room: number): DataView {
  try {
    // The library takes no bound of 0.
    const plain = inflateSync(new Uint8Array(buffer, byteOffset, byteLength), { maxOutputLength: Math.max(1, room) });
    return new DataView(plain.buffer, plain.byteOffset, plain.byteLength);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE') throw error;
    throw new Error(`it unpacks to more than ${MOST_META_MAT_BYTES / 1e6} MB, which no such file of the kit does`, {
      cause: error,
    });
  }
}

function elementAt(view: DataView, at: number): Element {
  if (at + 8 > view.byteLength) throw cutOff();
  const word = view.getUint32(at, true);
  const small = word >>> 16;
  if (small > 4) throw new Error(`it is damaged: a small element has ${small} bytes instead of 4 at the most`);
  if (small > 0) return { type: word & 0xffff, data: part(view, at + 4, small), next: at + 8 };
  const size = view.getUint32(at + 4, true);
  return { type: word, data: part(view, at + 8, size), next: at + 8 + Math.ceil(size / 8) * 8 };
}

function part(view: DataView, at: number, size: number): DataView {
  if (at + size > view.byteLength) throw cutOff();
  return new DataView(view.buffer, view.byteOffset + at, size);
}

function cutOff(): Error {
  return new Error('it is cut off, or damaged: an element ends beyond its end');
}

/** What a matrix is of, its sizes, and its first element of content. */
interface Matrix {
  readonly kind: number;
  readonly sizes: Element;
  readonly first: Element;
}

function matrixOf(view: DataView): Matrix {
  const flags = elementAt(view, 0);
  const sizes = elementAt(view, flags.next);
  const name = elementAt(view, sizes.next);
  if (flags.data.byteLength === 0) throw cutOff();
  return { kind: flags.data.getUint8(0), sizes, first: elementAt(view, name.next) };
}

/** Adds what an array of structs holds, if it is one. */
function readSynsets(view: DataView, synsets: Map<number, string>): void {
  const { kind, sizes, first } = matrixOf(view);
  if (kind !== STRUCT) return;
  const width = first.data.byteLength === 4 ? first.data.getInt32(0, true) : 0;
  if (width < 1 || width > MOST_NAME_BYTES)
    throw new Error(`it is damaged: its fields' names have ${width} bytes instead of 1 to ${MOST_NAME_BYTES}`);
  const names = elementAt(view, first.next);
  const fields = fieldNames(names, width);
  if (!fields.includes(NUMBER) || !fields.includes(NAME)) return;
  const count = numbersOf(sizes).reduce((product, size) => product * size, 1);
  const most = (view.byteLength - names.next) / (8 * fields.length);
  if (!(count >= 0 && count <= most))
    throw new Error(`it is damaged: it claims ${count} structs and has room for ${Math.floor(Math.max(0, most))}`);
  let at = names.next;
  for (let i = 0; i < count; i++) {
    let id: number | undefined;
    let name: string | undefined;
    for (const field of fields) {
      const { data, next } = elementAt(view, at);
      if (field === NUMBER) id = numberIn(data);
      if (field === NAME) name = textIn(data);
      at = next;
    }
    if (id !== undefined && name !== undefined) synsets.set(id, name);
  }
}

function fieldNames({ data }: Element, width: number): string[] {
  const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('latin1');
  return Array.from({ length: Math.floor(text.length / width) }, (_, i) =>
    text.slice(i * width, (i + 1) * width).replace(/\0.*$/s, ''),
  );
}

/** The first number of a matrix; undefined where it has none. */
function numberIn(view: DataView): number | undefined {
  if (view.byteLength === 0) return undefined;
  const { kind, first } = matrixOf(view);
  return kind === STRUCT || kind === CHAR ? undefined : numbersOf(first)[0];
}

/** The text of a matrix; undefined where it holds none. */
function textIn(view: DataView): string | undefined {
  if (view.byteLength === 0) return undefined;
  const { kind, first } = matrixOf(view);
  return kind === CHAR
    ? numbersOf(first)
        .map((code) => String.fromCharCode(code))
        .join('')
    : undefined;
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

/** No number, text or size that is read has more; what is longer is refused before it is made. */
const MOST_NUMBERS = 4096;

function numbersOf({ type, data }: Element): number[] {
  const stored = NUMBERS[type];
  if (stored === undefined) throw new Error(`it has an element of the unknown type ${type}`);
  const [bytes, read] = stored;
  const length = Math.floor(data.byteLength / bytes);
  if (length > MOST_NUMBERS) throw new Error(`it has ${length} numbers where there are at most ${MOST_NUMBERS}`);
  return Array.from({ length }, (_, i) => read(data, i * bytes));
}
