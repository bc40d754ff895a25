/** Why a file could not be written, by the system's code, and what to do about it. */
const ADVICE: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full (ENOSPC). Free some space there, and try again',
  EDQUOT: 'the quota is used up (EDQUOT). Free some space there or have the quota raised, and try again',
  EFBIG: 'the file system holds no file of this size (EFBIG). Use a folder on another one',
  EROFS: 'the file system is read-only (EROFS). Use a folder that can be written',
  EACCES: 'this user may not write there (EACCES). Change its permissions, or use another folder',
  EPERM: 'this user may not write there (EPERM). Change its permissions, or use another folder',
  EISDIR: 'there is a folder of that name (EISDIR). Move it away',
  ENOTDIR: 'a part of its path is a file, not a folder (ENOTDIR). Move that file away',
  EEXIST: 'a part of its path is a file, not a folder (EEXIST). Move that file away',
  ENAMETOOLONG: 'its name is too long for the file system (ENAMETOOLONG). Use a shorter path',
  EMFILE: 'too many files are open (EMFILE). Raise `ulimit -n`',
  ENFILE: 'too many files are open on this machine (ENFILE). Close some programs',
  EIO: 'the disk reports an error of its own (EIO). Look at the system’s log, and use another disk',
};

/** A file that could not be written: its path, its size, why, and what to do. */
export class WriteError extends Error {
  /** The system's code, such as `ENOSPC`. */
  readonly code: string | undefined;

  /**
   * @param path the file that was to be written
   * @param bytes what it needs; undefined where its size was not known
   * @param cause the system's error
   */
  constructor(path: string, bytes: number | undefined, cause: unknown) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const need = bytes === undefined ? '' : ` (${sizeText(bytes)})`;
    super(`${path}${need} could not be written: ${(code !== undefined && ADVICE[code]) || message}.`, { cause });
    this.name = 'WriteError';
    this.code = code;
  }
}

/** `512 bytes`, `12.3 kB`, `4.6 MB`, `1.2 GB`: decimal, as disks are sold. */
function sizeText(bytes: number): string {
  if (bytes < 1e3) return `${bytes} bytes`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
