/** npm's fields that say where a package can be installed. */
export interface Platform {
  readonly os: readonly string[];
  readonly cpu: readonly string[];
  readonly libc?: readonly string[];
}

const SYSTEMS: Readonly<Record<string, string>> = {
  aix: 'aix',
  android: 'android',
  darwin: 'darwin',
  freebsd: 'freebsd',
  linux: 'linux',
  linuxmusl: 'linux',
  netbsd: 'netbsd',
  openbsd: 'openbsd',
  openharmony: 'openharmony',
  sunos: 'sunos',
  win32: 'win32',
  windows: 'win32',
};

const PROCESSORS: Readonly<Record<string, string>> = {
  '64': 'x64',
  arm: 'arm',
  arm64: 'arm64',
  ia32: 'ia32',
  loong64: 'loong64',
  mips64el: 'mips64el',
  ppc64: 'ppc64',
  riscv64: 'riscv64',
  s390x: 's390x',
  x64: 'x64',
};

/** 32-bit ARM's `gnueabihf` and `musleabihf` are absent: their packages do not set the field. */
const LIBRARIES: Readonly<Record<string, string>> = { gnu: 'glibc', musl: 'musl', linuxmusl: 'musl' };

/**
 * The platform that a package's name ends in: `@nx/nx-linux-x64-musl`, `@turbo/darwin-64`, `sharp-linuxmusl-arm64`.
 *
 * @throws Error where it names none: its fields then have to be looked up by hand
 */
export function platformOf(name: string): Platform {
  const words = name.split(/[-/]/);
  const os = words.map((word) => SYSTEMS[word]).find((found) => found !== undefined);
  const cpu = words.map((word) => PROCESSORS[word]).findLast((found) => found !== undefined);
  if (os === undefined || cpu === undefined) {
    throw new Error(`${name}: its name does not tell its platform. Add its entry to package-lock.json by hand.`);
  }
  const libc = words.map((word) => LIBRARIES[word]).find((found) => found !== undefined);
  return { os: [os], cpu: [cpu], ...(os === 'linux' && libc !== undefined && { libc: [libc] }) };
}
