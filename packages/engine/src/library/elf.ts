import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Of the ELF specification: types of program headers, tags of the dynamic section. */
const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const DT_STRTAB = 5;
const DT_RPATH = 15;
const DT_RUNPATH = 29;

/** A segment of the file: what it is, where it lies, where it is mapped to. */
interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

/** A 64-bit little-endian ELF library: its segments, its bytes, and what reads from it. */
interface Elf {
  readonly segments: readonly Segment[];
  readonly end: number;
  readonly read: (offset: number, length: number) => Buffer;
}

/** @returns what `use` makes of the library; undefined for a file that is none */
function withElf<T>(path: string, use: (elf: Elf) => T): T | undefined {
  const file = openSync(path, 'r');
  try {
    const { size: end } = fstatSync(file);
    // A damaged file may point anywhere; beyond its end there is nothing.
    const read = (offset: number, length: number): Buffer => {
      const bytes = Buffer.alloc(offset < end ? Math.min(length, end - offset) : 0);
      return bytes.length === 0 ? bytes : bytes.subarray(0, readSync(file, bytes, 0, bytes.length, offset));
    };
    const header = read(0, 64);
    if (header.length < 64 || header.readUInt32BE(0) !== 0x7f454c46 || header[4] !== 2 || header[5] !== 1)
      return undefined;
    const [table, entrySize, count] = [
      Number(header.readBigUInt64LE(32)),
      header.readUInt16LE(54),
      header.readUInt16LE(56),
    ];
    const headers = read(table, entrySize * count);
    const segments: Segment[] = Array.from(
      { length: entrySize < 56 ? 0 : Math.floor(headers.length / entrySize) },
      (_, i) => {
        const word = (at: number): number => Number(headers.readBigUInt64LE(i * entrySize + at));
        return { type: headers.readUInt32LE(i * entrySize), offset: word(8), address: word(16), size: word(32) };
      },
    );
    return use({ segments, end, read });
  } finally {
    closeSync(file);
  }
}

/**
 * Whether a library ends before what its own headers say that is loaded of it: the system maps such a file, and ends
 * the process (SIGBUS) once it looks there. False for a file that is no such library.
 */
export function isCutOff(path: string): boolean {
  const cut = withElf(path, ({ segments, end }) =>
    segments.some(({ type, offset, size }) => type === PT_LOAD && offset + size > end),
  );
  return cut ?? false;
}

/**
 * The run path of a 64-bit little-endian ELF library: where it looks for other libraries.
 *
 * @returns `undefined` for a library without one, and for a file that is no such library.
 */
export function runPath(path: string): string | undefined {
  return withElf(path, ({ segments, read }) => {
    const dynamic = segments.find(({ type }) => type === PT_DYNAMIC);
    if (dynamic === undefined) return undefined;
    const section = read(dynamic.offset, dynamic.size);
    const entries = new Map<number, number>();
    for (let at = 0; at + 16 <= section.length; at += 16)
      entries.set(Number(section.readBigUInt64LE(at)), Number(section.readBigUInt64LE(at + 8)));
    const name = entries.get(DT_RUNPATH) ?? entries.get(DT_RPATH);
    const strings = entries.get(DT_STRTAB);
    if (name === undefined || strings === undefined) return undefined;
    const holder = segments.find(
      ({ type, address, size }) => type === PT_LOAD && strings >= address && strings < address + size,
    );
    if (holder === undefined) return undefined;
    const text = read(strings - holder.address + holder.offset + name, 1 << 16);
    const terminator = text.indexOf(0);
    return terminator === -1 ? undefined : text.toString('latin1', 0, terminator);
  });
}
