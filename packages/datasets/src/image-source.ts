import type { Skipped } from './files/skipped.ts';
import type { Manifest } from './manifest.ts';

/** Images of a run, wherever their pixels are. */
export type ImageSource = ImageSet | FileImageSet;

/** Images of one size in memory, shared with worker threads without a copy. */
export interface ImageSet {
  readonly title: string;
  readonly height: number;
  readonly width: number;
  /** 1 (grey) or 3 (red, green, blue). */
  readonly channels: 1 | 3;
  /** The classes' names, by label. */
  readonly classes: readonly string[];
  readonly count: number;
  /** `[count, height, width, channels]`, uint8. */
  readonly images: Uint8Array<SharedArrayBuffer>;
  /** `[count]`, from 0 to `classes.length - 1`; of training images also `UNKNOWN`. */
  readonly labels: Int32Array<SharedArrayBuffer>;
  readonly manifest: Manifest;
  /** Whether all images of the published set are here, in its order, so that a published index means the same image. */
  readonly officialOrder?: boolean;
  /** Of training images: the published sets of labelled ones, by their places. */
  readonly folds?: readonly (readonly number[])[];
  /** Of training images: the places of those that are given to be held out, whatever the seed. */
  readonly heldOut?: readonly number[];
}

/** Images in files, decoded by whoever needs them. Grey ones get three channels, as in torchvision. */
export interface FileImageSet {
  readonly title: string;
  /** Of every image, where `files.decoding` resizes them; else files may have any size. */
  readonly height?: number;
  readonly width?: number;
  readonly channels: 3;
  /** The classes' names, by label. */
  readonly classes: readonly string[];
  readonly count: number;
  readonly files: ImageFiles;
  /** `[count]`, from 0 to `classes.length - 1`; of training images also `UNKNOWN`. */
  readonly labels: Int32Array<SharedArrayBuffer>;
  /** What lies beside the images and is none. */
  readonly skipped: readonly Skipped[];
  readonly manifest: Manifest;
  /** As of an `ImageSet`; files in folders have an order of their own. */
  readonly officialOrder?: boolean;
  readonly folds?: ImageSet['folds'];
  readonly heldOut?: ImageSet['heldOut'];
}

/** Which files, in memory that is shared with worker threads: there may be more than a million. */
export interface ImageFiles {
  /** The directory that paths start from. */
  readonly root: string;
  /** All paths in UTF-8, one after the other, with `/` between folders. */
  readonly paths: Uint8Array<SharedArrayBuffer>;
  /** `[count]`: where each path ends in `paths`. */
  readonly ends: Uint32Array<SharedArrayBuffer>;
  /** `[count]`: each file's bytes when it was indexed. */
  readonly sizes: Uint32Array<SharedArrayBuffer>;
  readonly decoding: Decoding;
}

/** How files become pixels. Part of a manifest's hash, since it changes them. */
export interface Decoding {
  /**
   * JPEG files are decoded at 1/2, 1/4 or 1/8 of their size as long as the shorter side keeps this many pixels.
   * Quicker, and other pixels than a resize of the whole image gives. Off by default.
   */
  readonly shrinkTo?: number;
  /**
   * `exif`: images are turned as their EXIF orientation says (`PIL.ImageOps.exif_transpose`). By default they are not,
   * as with torchvision's loader; except for TIFF, which Pillow always turns.
   */
  readonly orientation?: 'exif';
  /**
   * Every image becomes a square of so many pixels: its shorter side is resized to it, and the middle cropped, after
   * everything else. By default images keep their size.
   */
  readonly resize?: number;
}

/** The label of an image whose class is not known. */
export const UNKNOWN = -1;

export function isFiles(source: ImageSource): source is FileImageSet {
  return 'files' in source;
}
