import type { ElementType } from '@spatial-ensemble/store';
import type { FloatTensor } from '../state-dict.ts';
import { transposed } from '../transposed.ts';
import { FLOAT_BYTES, floatsOf } from './elements.ts';
import { type Loaded, MOST_BYTES, WHOLE } from './loaded.ts';
import type { Zip } from './zip.ts';

// prettier-ignore
const TYPES: { readonly [descr: string]: ElementType } = {
  '<f8': 'F64', '<f4': 'F32', '<f2': 'F16', '<i8': 'I64', '<i4': 'I32', '<i2': 'I16', '|i1': 'I8',
  '<u8': 'U64', '<u4': 'U32', '<u2': 'U16', '|u1': 'U8', '|b1': 'BOOL',
};

/** Whether a zip is what `numpy.savez` writes: `.npy` files and nothing else. */
export function isNpz({ sizes }: Zip): boolean {
  return sizes.size > 0 && [...sizes.keys()].every((name) => name.endsWith('.npy'));
}

/** Reads what `numpy.savez` wrote: a tensor a file. */
export async function readNpz(zip: Zip): Promise<Loaded> {
  const tensors = new Map<string, FloatTensor>();
  const ignored = new Map<string, string>();
  let total = 0;
  for (const [file, size] of zip.sizes) {
    total += size;
    if (total > MOST_BYTES) throw new Error('its tensors have more than 8 GiB');
    const name = file.slice(0, -'.npy'.length);
    const tensor = readNpy(await zip.read(file, MOST_BYTES), file);
    if (tensor === undefined) ignored.set(name, WHOLE);
    else tensors.set(name, tensor);
  }
  return { tensors, ignored };
}

/**
 * Reads a `.npy` file; undefined where it holds whole numbers.
 *
 * @throws Error that names the file
 */
export function readNpy(bytes: Uint8Array, name: string): FloatTensor | undefined {
  const fail = (why: string): never => {
    throw new Error(`${name} is no array of NumPy: ${why}`);
  };
  if (bytes.length < 12 || Buffer.from(bytes.subarray(0, 6)).toString('latin1') !== '\x93NUMPY')
    fail('it begins otherwise');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wide = bytes[6] !== 1;
  const start = (wide ? 12 : 10) + (wide ? view.getUint32(8, true) : view.getUint16(8, true));
  if (start > bytes.length || start > 65_536) fail('its header is cut off');
  const header = Buffer.from(bytes.subarray(wide ? 12 : 10, start)).toString('latin1');
  const [, descr = ''] = /'descr': *'([^']*)'/.exec(header) ?? [];
  const [, order] = /'fortran_order': *(True|False)/.exec(header) ?? [];
  const [, sizes] = /'shape': *\(([\d, ]*)\)/.exec(header) ?? [];
  const type = Object.hasOwn(TYPES, descr) ? TYPES[descr] : undefined;
  if (type === undefined || order === undefined || sizes === undefined)
    return fail(`its header says ${JSON.stringify(header.slice(0, 80))}`);
  const shape = sizes
    .split(',')
    .filter((text) => text.trim() !== '')
    .map(Number);
  if (!shape.every(Number.isSafeInteger)) fail('its shape is none');
  const content = bytes.subarray(start);
  if (content.length % (FLOAT_BYTES[type] ?? 1) !== 0) fail('it is cut off');
  const data = floatsOf(type, content);
  if (data === undefined) return undefined;
  if (data.length !== shape.reduce((product, size) => product * size, 1))
    fail('its numbers are not as many as its shape says');
  if (order === 'False') return { data, shape };
  const reversed = { data, shape: shape.toReversed() };
  return transposed(
    reversed,
    shape.map((_, axis) => shape.length - 1 - axis),
  );
}
