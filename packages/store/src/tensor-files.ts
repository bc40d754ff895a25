import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { writeChecked } from '@spatial-ensemble/files';
import { UnusableRun } from '@spatial-ensemble/record';
import { z } from 'zod';
import { readSafetensors, safetensorsBytes, safetensorsPieces } from './safetensors.ts';
import type { StoredTensor, StoredTensors } from './safetensors-header.ts';

/** One of the files that hold a state: each is whole in itself, and any reader of safetensors opens it. */
export const TensorFile = z.strictObject({
  name: z.string().regex(/^state(-\d{5}-of-\d{5})?\.safetensors$/),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type TensorFile = z.infer<typeof TensorFile>;

/** Many programs read no file of 2 GiB or more as a whole. */
const FILE_BYTES = 2 ** 30;

/** Tensors on disk. */
export interface WrittenTensors {
  readonly files: TensorFile[];
  /** SHA-256 of the tensors as one safetensors file, into however many they were divided. */
  readonly weights: string;
}

/**
 * Writes tensors to a folder, each file read again before it counts: one file, or several of at most so many bytes, but
 * a tensor is never divided.
 *
 * @throws WriteError
 */
export async function writeTensors(
  folder: string,
  tensors: StoredTensors,
  fileBytes = FILE_BYTES,
): Promise<WrittenTensors> {
  const parts = divided(tensors, fileBytes);
  const number = (n: number): string => String(n).padStart(5, '0');
  const files: TensorFile[] = [];
  for (const [i, part] of parts.entries()) {
    const name = parts.length === 1 ? 'state.safetensors' : `state-${number(i + 1)}-of-${number(parts.length)}.safetensors`; // prettier-ignore
    const pieces = asTheyCome(safetensorsPieces(part));
    files.push({ name, sha256: await writeChecked(join(folder, name), pieces, safetensorsBytes(part)) });
  }
  const [first, ...others] = files;
  return { files, weights: first !== undefined && others.length === 0 ? first.sha256 : digest(tensors) };
}

/**
 * Reads what `writeTensors` wrote.
 *
 * @throws UnusableRun that names the file that is missing or damaged.
 */
export async function readTensors(folder: string, files: readonly TensorFile[]): Promise<StoredTensors> {
  const all = new Map<string, StoredTensor>();
  for (const { name, sha256 } of files) {
    const path = join(folder, name);
    const read = await readSafetensors(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') throw new UnusableRun(`${path} is missing.`, { cause: error });
      throw new UnusableRun(`${path} is damaged: ${error.message}.`, { cause: error });
    });
    if (read.sha256 !== sha256)
      throw new UnusableRun(`${path} is damaged: its hash is not the one that was noted when it was written.`);
    for (const [tensor, value] of read.tensors) all.set(tensor, value);
  }
  return all;
}

/** In the order of their names, so that all together are in the order of one file. */
function divided(tensors: StoredTensors, most: number): StoredTensors[] {
  const parts: Map<string, StoredTensor>[] = [new Map()];
  let bytes = 0;
  for (const [name, tensor] of [...tensors].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    if (bytes > 0 && bytes + tensor.data.byteLength > most) {
      parts.push(new Map());
      bytes = 0;
    }
    parts.at(-1)!.set(name, tensor);
    bytes += tensor.data.byteLength;
  }
  return parts;
}

function digest(tensors: StoredTensors): string {
  const hash = createHash('sha256');
  for (const piece of safetensorsPieces(tensors)) hash.update(piece);
  return hash.digest('hex');
}

async function* asTheyCome(pieces: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* pieces;
}
