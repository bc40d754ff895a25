import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fashionMnist, loadImages, type ImageSet } from '@spatial-ensemble/datasets';
import sharp from 'sharp';

/** Classes of the photographs of clothes. */
export const CLASSES = ['Bag', 'Sandal', 'Trouser'];
/** Where the first photographs of each class lie, and under which name. */
const PLACES: readonly (readonly [until: number, place: (name: string, n: number) => string])[] = [
  [6, (name, n) => `train/${name}/${n}.png`],
  [9, (name, n) => `unlabelled/${name}-${n}.png`],
  [12, (name, n) => `test/${name}/${n}.png`],
  [14, (name, n) => `val/${name}/${n}.png`],
];

/**
 * Image files as people have them: folders of classes, a folder without labels beside them, no two sizes alike; and a
 * table of the same files, `labels.csv`. They are of the embedded part of Fashion-MNIST.
 */
export async function ownPhotographs(root: string): Promise<void> {
  const set = (await loadImages(fashionMnist, { images: 'embedded' }, { split: 'train' })) as ImageSet;
  const rows: string[] = [];
  for (const [k, [until, place]] of PLACES.entries())
    for (const name of CLASSES) {
      const label = set.classes.indexOf(name);
      const ofClass = [...set.labels.keys()].filter((i) => set.labels[i] === label);
      for (let n = PLACES[k - 1]?.[0] ?? 0; n < until; n++) {
        const path = place(name, n);
        await put(set, ofClass[n]!, join(root, path));
        const [part] = path.split('/');
        rows.push(part === 'unlabelled' ? `${path},,train` : `${path},${name},${part}`);
      }
    }
  writeFileSync(join(root, 'labels.csv'), `path,label,use\n${rows.join('\n')}\n`);
}

/** Each a size of its own. */
async function put(set: ImageSet, index: number, file: string): Promise<void> {
  mkdirSync(dirname(file), { recursive: true });
  const pixels = set.images.slice(index * 784, (index + 1) * 784);
  const image = sharp(pixels, { raw: { width: 28, height: 28, channels: 1 } });
  const size = [20 + (index % 17), 24 + (index % 5)] as const;
  writeFileSync(file, await image.resize(...size, { fit: 'fill' }).png().toBuffer()); // prettier-ignore
}
