import { createHash } from 'node:crypto';
import { extname } from 'node:path';
import { readOpen } from '@spatial-ensemble/files';
import { kindOf, type ImageKind } from '../files/image-kind.ts';
import { MOST_IMAGE_BYTES } from '../files/most-pixels.ts';
import { withImage } from '../files/open-image.ts';
import { whyOf } from '../files/why-of.ts';
import { placeOf, type Found, type FoundImage } from './found-images.ts';

/** Images whose shorter side has fewer pixels are said to be tiny: hardly anything can be seen in them. */
export const TINY = 16;

/** Files that are read and decoded simultaneously: as many as the runtime has threads for it. */
const AT_ONCE = 4;

/** What an image file's name says that it is. */
const ENDINGS: { readonly [ending: string]: ImageKind } = {
  '.jpg': 'JPEG',
  '.jpeg': 'JPEG',
  '.png': 'PNG',
  '.webp': 'WebP',
  '.tif': 'TIFF',
  '.tiff': 'TIFF',
  '.bmp': 'BMP',
  '.gif': 'GIF',
};

/** An image, and what is to be said of it. */
export interface Finding {
  readonly path: string;
  readonly why: string;
}

/** The same pixels more than once. */
export interface Duplicates {
  /** In the order in which they were found. */
  readonly paths: readonly string[];
}

/** What was found of all images. */
export interface Checked {
  readonly images: number;
  /** Files that cannot be read: damaged ones, and those of a kind that is not read. */
  readonly damaged: readonly Finding[];
  readonly tiny: readonly Finding[];
  /** The name says another kind of file than the content. */
  readonly misnamed: readonly Finding[];
  /** The same pixels in two parts, as in training and in test images. */
  readonly acrossParts: readonly Duplicates[];
  /** The same pixels within one part, under two classes. */
  readonly twoClasses: readonly Duplicates[];
  /** The same pixels within one part, of one class or of none. */
  readonly repeated: readonly Duplicates[];
}

/**
 * Reads every image once, and says what is wrong with each and which are the same, by the SHA-256 of their pixels.
 *
 * @param progress told how many have been read
 */
export async function checkFiles(
  found: Found,
  progress: (done: number, total: number) => void = () => undefined,
): Promise<Checked> {
  const { images } = found;
  const [damaged, tiny, misnamed]: [Finding[], Finding[], Finding[]] = [[], [], []];
  const same = new Map<string, FoundImage[]>();
  const looks = new Array<Look>(images.length);
  let [next, done] = [0, 0];
  const worker = async (): Promise<void> => {
    for (let i = next++; i < images.length; i = next++) {
      looks[i] = await look(placeOf(found, images[i]!));
      progress((done += 1), images.length);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  // In the order of the images, whichever was read first.
  looks.forEach(({ broken, kind, sides, sha256 }, i) => {
    const image = images[i]!;
    const { path } = image;
    if (broken !== undefined) damaged.push({ path, why: broken });
    const named = ENDINGS[extname(path).toLowerCase()];
    if (kind !== undefined && named !== kind)
      misnamed.push({ path, why: `it is a ${kind} file${named === undefined ? '' : `, and its name says ${named}`}` });
    if (sides !== undefined && Math.min(...sides) < TINY)
      tiny.push({ path, why: `it has ${sides.join(' x ')} pixels` });
    if (sha256 !== undefined) same.set(sha256, [...(same.get(sha256) ?? []), image]);
  });
  return { images: images.length, damaged, tiny, misnamed, ...duplicatesOf([...same.values()]) };
}

/** What is seen of one file: that it is broken, or what it is. */
interface Look {
  readonly broken?: string;
  readonly kind?: ImageKind;
  readonly sides?: readonly [width: number, height: number];
  readonly sha256?: string;
}

async function look(path: string): Promise<Look> {
  let kind: ImageKind | undefined;
  try {
    const bytes = await withImage(path, (file, size) => readOpen(file, path, size, MOST_IMAGE_BYTES));
    kind = kindOf(bytes);
    // Only who has files loads the decoder.
    const { decode } = await import('../files/decode.ts');
    const { data, shape } = await decode(bytes, {});
    const { height, width } = shape;
    const sha256 = createHash('sha256').update(`${height} x ${width}\n`).update(data).digest('base64');
    return { kind, sides: [width, height], sha256 };
  } catch (error) {
    const isAbsent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const broken = isAbsent ? 'there is no such file' : whyOf(error as Error, path);
    return kind === undefined ? { broken } : { broken, kind };
  }
}

function duplicatesOf(
  groups: readonly (readonly FoundImage[])[],
): Pick<Checked, 'acrossParts' | 'twoClasses' | 'repeated'> {
  const several = groups.filter(({ length }) => length > 1);
  const paths = (some: readonly (readonly FoundImage[])[]): Duplicates[] =>
    some.map((images) => ({ paths: images.map(({ path }) => path) }));
  const differ = (images: readonly FoundImage[], of: 'part' | 'label'): boolean =>
    new Set(images.flatMap((image) => image[of] ?? [])).size > 1;
  const across = several.filter((images) => differ(images, 'part'));
  const within = several.filter((images) => !differ(images, 'part'));
  return {
    acrossParts: paths(across),
    twoClasses: paths(within.filter((images) => differ(images, 'label'))),
    repeated: paths(within.filter((images) => !differ(images, 'label'))),
  };
}
