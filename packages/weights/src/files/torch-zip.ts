import { readPickle } from '../pickle/reader.ts';
import type { Loaded } from './loaded.ts';
import { tensorsOf } from './torch-tensors.ts';
import type { Zip } from './zip.ts';

/** A pickle of references alone; that of ResNet-152 has 0.1 MB, and of an optimiser as much again. */
const MOST_PICKLE = 64 * 2 ** 20;

/** Whether a zip is what `torch.save` writes since version 1.6. */
export function isTorchZip({ sizes }: Zip): boolean {
  return pickleIn(sizes) !== undefined;
}

/** Reads what `torch.save` wrote: a pickle, and each storage as a file beside it. */
export async function readTorchZip(zip: Zip): Promise<Loaded> {
  const name = pickleIn(zip.sizes)!;
  const folder = name.slice(0, -'data.pkl'.length);
  const order = zip.sizes.has(`${folder}byteorder`)
    ? Buffer.from(await zip.read(`${folder}byteorder`, 16)).toString()
    : 'little';
  if (order !== 'little') throw new Error(`its numbers are ${order.slice(0, 10)}-endian; little-endian ones are read`);
  const { value } = readPickle(await zip.read(name, MOST_PICKLE));
  return tensorsOf(value, async ({ key }, bytes) => {
    const at = `${folder}data/${key}`;
    const size = zip.sizes.get(at);
    if (size !== undefined && size !== bytes)
      throw new Error(`the storage ${key} has ${size} bytes where its tensors say ${bytes}`);
    return zip.read(at, bytes);
  });
}

function pickleIn(sizes: ReadonlyMap<string, number>): string | undefined {
  return [...sizes.keys()].find((name) => /^[^/]+\/data\.pkl$/.test(name));
}
