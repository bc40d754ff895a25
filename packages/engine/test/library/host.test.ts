import { expect, test } from 'vitest';
import { thisHost, wheelPlatform, type Host } from '../../src/library/host.ts';

const linux: Host = { os: 'linux', arch: 'x64', glibc: '2.36', release: '6.1.0' };
const mac: Host = { os: 'darwin', arch: 'arm64', release: '23.1.0' };

test.each([
  [linux, 'linux-x64'],
  [{ ...linux, glibc: '2.27' }, 'linux-x64'],
  [{ ...linux, arch: 'arm64' }, 'linux-arm64'],
  [mac, 'darwin-arm64'],
  [{ ...mac, release: '21.0.0' }, 'darwin-arm64'],
] as const)('%j takes the wheel for %s', (host, expected) => {
  expect(wheelPlatform(host)).toBe(expected);
});

test.each([
  [{ ...linux, os: 'win32' }, /WSL/],
  [{ ...linux, glibc: undefined }, /musl.*glibc, such as Debian/],
  [{ ...linux, glibc: '2.17' }, /glibc 2\.27 or newer, and this machine has 2\.17/],
  [{ ...linux, glibc: '2.9' }, /has 2\.9/],
  [{ ...linux, arch: 'riscv64' }, /no library for linux on riscv64/],
  [{ ...mac, arch: 'x64' }, /Intel/],
  [{ ...mac, release: '20.6.0' }, /macOS 12/],
  [{ ...linux, os: 'freebsd' }, /no library for freebsd/],
] as const)('%j is refused with advice', (host, message) => {
  expect(() => wheelPlatform(host as Host)).toThrow(message);
});

test('this machine is described', () => {
  const host = thisHost();
  expect(host.os).toBe(process.platform);
  expect(host.arch).toBe(process.arch);
  if (process.platform === 'linux') expect(host.glibc ?? 'musl').toMatch(/^(musl|\d+\.\d+)/);
});
