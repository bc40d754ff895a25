/**
 * Writes the embedded part of Fashion-MNIST, data/fashion-mnist/*.gz, from the full set, and prints the hashes that
 * src/sources/fashion-mnist.ts pins.
 *
 *   npx tsx --conditions=@spatial-ensemble/source packages/datasets/scripts/embed-fashion-mnist.ts DIRECTORY
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { writeFinal } from '@spatial-ensemble/files';
import { embeddedDirectory, embeddedIndices, loadFashionMnist } from '../src/sources/fashion-mnist.ts';
import { formatIdx } from '../src/sources/idx.ts';

const directory = process.argv[2];
if (!directory) throw new Error('name the directory of the four files of Fashion-MNIST');

const train = await loadFashionMnist({ split: 'train', images: 'full', directory });
const test = await loadFashionMnist({ split: 'test', images: 'full', directory });
const area = train.height * train.width;
const indices = embeddedIndices(train.labels);
const images = new Uint8Array(indices.length * area);
indices.forEach((index, i) => images.set(train.images.subarray(index * area, (index + 1) * area), i * area));

await write('train-images-idx3-ubyte', [indices.length, train.height, train.width], images);
await write(
  'train-labels-idx1-ubyte',
  [indices.length],
  Uint8Array.from(indices, (index) => train.labels[index]!),
);
await write('t10k-images-idx3-ubyte', [test.count, test.height, test.width], test.images);
await write('t10k-labels-idx1-ubyte', [test.count], Uint8Array.from(test.labels));

async function write(name: string, shape: readonly number[], data: Uint8Array): Promise<void> {
  const bytes = formatIdx({ shape, data });
  const packed = gzipSync(bytes, { level: 9 });
  const path = join(embeddedDirectory(), `${name}.gz`);
  await writeFinal(path, packed);
  console.log(`${createHash('sha256').update(bytes).digest('hex')}  ${name}  (${packed.length} bytes packed)`);
}
