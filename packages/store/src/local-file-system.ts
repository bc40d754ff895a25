import { statfs } from 'node:fs/promises';

/** File systems of one machine's own, by their numbers on Linux (statfs(2)). Locks on them hold. */
const LOCAL: ReadonlySet<number> = new Set([
  0xef53, // ext2 to ext4
  0x58465342, // xfs
  0x9123683e, // btrfs
  0x01021994, // tmpfs
  0x858458f6, // ramfs
  0x794c7630, // overlay
  0x2fc12fc1, // zfs
  0xf2f52010, // f2fs
  0xca451a4e, // bcachefs
  0x3153464a, // jfs
  0x52654973, // reiserfs
  0x4d44, // vfat
  0x2011bab0, // exfat
  0x5346544e, // ntfs
]);

/**
 * Whether a folder lies on a disk of this machine. Whatever is not known to be one is held for a network file system:
 * NFS, SMB, Lustre, FUSE, a folder that a virtual machine shares. Other systems than Linux give no such numbers, and
 * are held for local.
 */
export async function isLocal(folder: string): Promise<boolean> {
  return process.platform !== 'linux' || isLocalType((await statfs(folder)).type);
}

/** @param type as statfs gives it, which may come with a sign. */
export function isLocalType(type: number): boolean {
  return LOCAL.has(type >>> 0);
}
