/** The version of TensorFlow that the engine is written for. */
export const TENSORFLOW_VERSION = '2.21.0';

/** A wheel that is fetched, and what of it is needed. */
export interface PinnedWheel {
  /** The distribution's name, as pip knows it. */
  readonly name: string;
  readonly version: string;
  /** The platform tag that pip asks for. */
  readonly platform: string;
  /** Of the wheel's bytes, in hexadecimal. */
  readonly sha256: string;
  /** Size of the wheel. */
  readonly bytes: number;
  /** The files to unpack, by their path in the wheel, with their size in bytes. */
  readonly files: Readonly<Record<string, number>>;
}

/** The wheels of every build, keyed by platform and kind, as in `linux-x64-cpu` and `linux-x64-cuda12`. */
export type PinnedBuilds = Readonly<Record<string, readonly PinnedWheel[]>>;

/** Bytes of the files that a wheel is unpacked to. */
export function unpackedBytes(wheel: PinnedWheel): number {
  return Object.values(wheel.files).reduce((sum, bytes) => sum + bytes, 0);
}

/** What a build weighs: to download, and on the disk. */
export function buildBytes(wheels: readonly PinnedWheel[]): { readonly download: number; readonly unpacked: number } {
  return {
    download: wheels.reduce((sum, { bytes }) => sum + bytes, 0),
    unpacked: wheels.reduce((sum, wheel) => sum + unpackedBytes(wheel), 0),
  };
}

/** A size as people read it: `274 MB`, `3.4 GB` (powers of ten, as disks and package indexes count). */
export function formatBytes(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  if (bytes >= 1e6) return `${Math.round(bytes / 1e6)} MB`;
  return `${Math.ceil(bytes / 1e3)} kB`;
}
