import { Bytes } from '@spatial-ensemble/files';
import { readPickle } from '../pickle/reader.ts';
import type { Loaded } from './loaded.ts';
import { storageElementBytes, tensorsOf } from './torch-tensors.ts';

/** What `torch.save` puts in front, as a number of a pickle of its own. */
const MAGIC = 0x1950a86a20f9469cfc6cn;

/** Whether bytes begin as those do that `torch.save` wrote before version 1.6. */
export function isTorchLegacy(bytes: Uint8Array): boolean {
  try {
    return readPickle(bytes.subarray(0, 64)).value === MAGIC;
  } catch {
    return false;
  }
}

/**
 * Reads what `torch.save` wrote before version 1.6: pickles of a number, a version, the system, the object and the
 * storages' names, then each storage, its count in front.
 */
export async function readTorchLegacy(bytes: Uint8Array): Promise<Loaded> {
  const { end: afterMagic } = readPickle(bytes);
  const { value: version, end: afterVersion } = readPickle(bytes, afterMagic);
  if (version !== 1001) throw new Error(`it is of version ${String(version)} of torch's format, and 1001 is read`);
  const { value: system, end: afterSystem } = readPickle(bytes, afterVersion);
  if (!(system instanceof Map) || system.get('little_endian') !== true)
    throw new Error('its numbers are not little-endian');
  const { value, end, storages } = readPickle(bytes, afterSystem);
  const { value: keys, end: afterKeys } = readPickle(bytes, end);
  if (!Array.isArray(keys)) throw new Error('it does not name its storages');
  const from = new Bytes(bytes, afterKeys);
  const contents = new Map<string, Uint8Array>();
  for (const key of keys) {
    const storage = typeof key === 'string' ? storages.get(key) : undefined;
    if (storage === undefined) throw new Error('it holds a storage that nothing refers to');
    if (from.u64() !== storage.count)
      throw new Error(`the storage ${storage.key} has another size than its tensors say`);
    contents.set(storage.key, from.take(storage.count * storageElementBytes(storage)));
  }
  return tensorsOf(value, async ({ key }) => {
    const content = contents.get(key);
    if (content === undefined) throw new Error(`it lacks the storage ${key}`);
    return content;
  });
}
