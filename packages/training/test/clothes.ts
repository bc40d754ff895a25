import { fashionMnist, imageSet, type DataSet, type ImageSource, type Manifest } from '@spatial-ensemble/datasets';

/** How many test images there are. */
const TEST_IMAGES = 300;

const loaded = new Map<Manifest['split'], Promise<ImageSource>>();

/**
 * Fashion-MNIST's embedded images with the first of its test images alone: to look at all 10,000 takes longer than a
 * small run does. They are read once.
 */
export const clothes: DataSet<(typeof fashionMnist)['options']> = {
  ...fashionMnist,
  load(options, from) {
    if (options.images !== 'embedded') return fashionMnist.load(options, from);
    if (!loaded.has(from.split)) loaded.set(from.split, embedded(from.split));
    return loaded.get(from.split)!;
  },
};

async function embedded(split: Manifest['split']): Promise<ImageSource> {
  const images = await fashionMnist.load({ images: 'embedded' }, { split, env: {} });
  if (split === 'train' || 'files' in images) return images;
  const { name, title } = images.manifest;
  const pixels = images.height * images.width * images.channels;
  return imageSet({
    ...images,
    name,
    title,
    split,
    images: images.images.subarray(0, TEST_IMAGES * pixels),
    labels: images.labels.subarray(0, TEST_IMAGES),
  });
}
