/** Which images a result rests on. Part of a run's identity. */
export interface Manifest {
  /** The data set, in lower case: `fashion-mnist`, `cifar10`. */
  readonly name: string;
  /** The name for tables and figures; says where the images are not the official ones. */
  readonly title: string;
  readonly split: 'train' | 'test';
  readonly count: number;
  /**
   * In hexadecimal, the SHA-256 of the pixels followed by the labels (int32, little-endian); of images in files, that
   * of their index: every path, size and class, and how they are decoded.
   */
  readonly sha256: string;
  /** Whether the images are known to be the published ones: by the checksum of files or of their archive. */
  readonly verified: boolean;
}
