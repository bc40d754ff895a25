import { open } from 'node:fs/promises';
import { readBounded } from '@spatial-ensemble/files';
import { readForeignSafetensors } from '@spatial-ensemble/store';
import { floatsOf } from './files/elements.ts';
import { type Loaded, MOST_BYTES, WHOLE } from './files/loaded.ts';
import { isNpz, readNpz } from './files/npz.ts';
import { isTorchLegacy, readTorchLegacy } from './files/torch-legacy.ts';
import { isTorchZip, readTorchZip } from './files/torch-zip.ts';
import { withZip } from './files/zip.ts';
import type { FloatTensor } from './state-dict.ts';

/** One array of Node.js holds no more. */
const MOST_LEGACY = 2 ** 31 - 1;

/**
 * Reads a file of weights by what it is, whatever its name: safetensors, what `torch.save` writes (`.pth`, `.pth.tar`,
 * `.ckpt`; a zip, or the format before version 1.6), `.npz`. Nothing in it is run.
 *
 * @throws Error that names the file and says what is wrong with it
 */
export async function loadFile(path: string): Promise<Loaded> {
  const first = await firstBytes(path);
  // A header of safetensors is a JSON object behind its length, whose first bytes may be anyone's.
  if (first[8] === 0x7b) return fromSafetensors(path);
  try {
    if (first[0] === 0x50 && first[1] === 0x4b) return await fromZip(path);
    if (first[0] === 0x80) return await fromPickle(path, first);
  } catch (error) {
    throw new Error(`${path} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  return fromSafetensors(path);
}

async function fromZip(path: string): Promise<Loaded> {
  return withZip(path, async (zip) => {
    if (isTorchZip(zip)) return readTorchZip(zip);
    if (isNpz(zip)) return readNpz(zip);
    const names = [...zip.sizes.keys()].slice(0, 3).join(', ');
    throw new Error(
      `it is a zip of neither torch.save nor numpy.savez, with ${names === '' ? 'nothing' : names} in it`,
    );
  });
}

async function fromPickle(path: string, first: Uint8Array): Promise<Loaded> {
  if (isTorchLegacy(first)) return readTorchLegacy(await readBounded(path, MOST_LEGACY));
  throw new Error('it is a pickle, and none that torch.save writes');
}

async function fromSafetensors(path: string): Promise<Loaded> {
  const { tensors: raw } = await readForeignSafetensors(path);
  const tensors = new Map<string, FloatTensor>();
  const ignored = new Map<string, string>();
  let total = 0;
  for (const [name, { type, shape, bytes }] of raw) {
    total += bytes.byteLength;
    if (total > MOST_BYTES) throw new Error(`${path} has more than 8 GiB of tensors`);
    const data = floatsOf(type, bytes);
    if (data === undefined) ignored.set(name, WHOLE);
    else tensors.set(name, { data, shape });
  }
  return { tensors, ignored };
}

async function firstBytes(path: string): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const bytes = new Uint8Array(64);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
