import { release } from 'node:os';
import { BY_HAND, LibraryError } from './errors.ts';

/** The platforms that TensorFlow 2.21 publishes wheels for and the engine can use. */
export type Platform = 'linux-x64' | 'linux-arm64' | 'darwin-arm64';

/** What decides which wheel fits a machine. */
export interface Host {
  readonly os: NodeJS.Platform;
  readonly arch: NodeJS.Architecture;
  /** Version of glibc, as in `2.36`; `undefined` on a Linux without it (musl) and on other systems. */
  readonly glibc?: string | undefined;
  /** Version of the kernel; Darwin 21 is macOS 12. */
  readonly release: string;
}

/** This machine. */
export function thisHost(): Host {
  // Without this a report may look up the names of network peers, for seconds.
  Object.assign(process.report, { excludeNetwork: true });
  const report = process.report.getReport() as unknown as { header: { glibcVersionRuntime?: string } };
  return { os: process.platform, arch: process.arch, glibc: report.header.glibcVersionRuntime, release: release() };
}

function older(version: string, than: string): boolean {
  const parts = version.split('.').map(Number);
  const wanted = than.split('.').map(Number);
  for (const [i, part] of wanted.entries()) {
    if ((parts[i] ?? 0) !== part) return (parts[i] ?? 0) < part;
  }
  return false;
}

// The wheels' own tags: manylinux_2_27_x86_64, manylinux_2_27_aarch64, macosx_12_0_arm64.
const OLDEST_GLIBC = '2.27';
const OLDEST_DARWIN = '21';

/**
 * The platform whose wheel a machine takes.
 *
 * @throws LibraryError (`unsupported-platform`) where there is none, saying what to use instead.
 */
export function wheelPlatform(host: Host): Platform {
  const refuse = (message: string): never => {
    throw new LibraryError('unsupported-platform', message);
  };
  const { os, arch } = host;
  if (os === 'win32') {
    return refuse(
      'TensorFlow 2.21 has no library for Windows itself. Use WSL (run `wsl --install`, then clone and run this ' +
        'project inside the Linux that it gives you).',
    );
  }
  if (os === 'linux' && (arch === 'x64' || arch === 'arm64')) {
    if (host.glibc === undefined) {
      return refuse(
        'TensorFlow 2.21 needs glibc, and this Linux has another C library (musl, as in Alpine). Use a distribution ' +
          `or a container image with glibc, such as Debian or Ubuntu. ${BY_HAND}`,
      );
    }
    if (older(host.glibc, OLDEST_GLIBC)) {
      return refuse(
        `TensorFlow 2.21 needs glibc ${OLDEST_GLIBC} or newer, and this machine has ${host.glibc}. Use a newer ` +
          `distribution (Debian 10, Ubuntu 18.04 and RHEL 8 suffice) or a container. ${BY_HAND}`,
      );
    }
    return `linux-${arch}`;
  }
  if (os === 'darwin' && arch === 'arm64') {
    if (older(host.release, OLDEST_DARWIN)) {
      return refuse(`TensorFlow 2.21 needs macOS 12 or newer (this is Darwin ${host.release}). ${BY_HAND}`);
    }
    return 'darwin-arm64';
  }
  if (os === 'darwin') {
    return refuse(
      'TensorFlow 2.21 has no library for Macs with an Intel processor. Use an Apple silicon Mac or Linux. If this is ' +
        'an Apple silicon Mac, this Node.js is an Intel build: install the arm64 one.',
    );
  }
  return refuse(
    `TensorFlow 2.21 has no library for ${os} on ${arch}. It has for Linux on x64 and arm64 and for macOS on arm64. ${BY_HAND}`,
  );
}
