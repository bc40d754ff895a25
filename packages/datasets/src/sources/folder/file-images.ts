import { imageFiles } from '../../files/image-files.ts';
import type { Skipped } from '../../files/skipped.ts';
import type { Decoding, FileImageSet } from '../../image-source.ts';
import type { Manifest } from '../../manifest.ts';
import { hashIndex, type FolderIndex } from './folder-index.ts';

/** An image set of the files of an index. Its manifest's hash is that of the index and of how files are decoded. */
export function fileImages({
  name,
  title,
  split,
  root,
  index,
  skipped,
  decoding,
}: {
  readonly name: string;
  readonly title: string;
  readonly split: Manifest['split'];
  /** The directory that the index's paths start from. */
  readonly root: string;
  readonly index: FolderIndex;
  readonly skipped: readonly Skipped[];
  readonly decoding: Decoding;
}): FileImageSet {
  const { classes, entries, heldOut } = index;
  const count = entries.length;
  const labels = new Int32Array(new SharedArrayBuffer(4 * count));
  labels.set(index.labels);
  const sha256 = hashIndex(index, Object.entries(decoding).flat().join(' '));
  return {
    title,
    ...(decoding.resize !== undefined && { height: decoding.resize, width: decoding.resize }),
    channels: 3,
    classes,
    count,
    files: imageFiles(root, entries, decoding),
    labels,
    ...(heldOut !== undefined && { heldOut }),
    skipped,
    manifest: { name, title, split, count, sha256, verified: false },
  };
}
