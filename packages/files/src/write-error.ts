import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { codeOf } from './code-of.ts';
import { sizeText } from './size-text.ts';

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
    const { message } = cause as Error;
    const code = codeOf(cause as NodeJS.ErrnoException);
    const need = bytes === undefined ? '' : ` (${sizeText(bytes)})`;
    const advice = (code !== undefined && ADVICE[code]) || message;
    const have = code === 'ENOSPC' ? freeText(dirname(path)) : '';
    super(`${path}${need} could not be written: ${advice.replace('(ENOSPC)', `(ENOSPC)${have}`)}.`, { cause });
    this.name = 'WriteError';
    this.code = code;
  }

  /** Whether it can be written once somebody frees some space. */
  get isForSpace(): boolean {
    return this.code === 'ENOSPC' || this.code === 'EDQUOT';
  }
}

/** `, 61.4 kB are free`; nothing where that cannot be known. */
function freeText(folder: string): string {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return `, ${sizeText(bavail * bsize)} are free`;
  } catch {
    return '';
  }
}
