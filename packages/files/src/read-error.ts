import { codeOf } from './code-of.ts';

/** Why a file could not be read, by the system's code, and what to do about it. */
const ADVICE: Readonly<Record<string, string>> = {
  EIO: 'the disk reports an error of its own (EIO). Look at the system’s log, and put the file right from another copy',
  ESTALE: 'the server has another file by now (ESTALE). Try again',
  ETIMEDOUT: 'the server does not answer (ETIMEDOUT). Try again once it does',
  ENOENT: 'it is not there any more (ENOENT). Put it back',
  EACCES: 'this user may not read it (EACCES). Change its permissions',
  EPERM: 'this user may not read it (EPERM). Change its permissions',
  ENOMEM: 'there is no memory left for it (ENOMEM)',
  EMFILE: 'too many files are open (EMFILE). Raise `ulimit -n`',
  ENFILE: 'too many files are open on this machine (ENFILE). Close some programs',
};

/** A file that could not be read: its path, why, and what to do. */
export class ReadError extends Error {
  override readonly name = 'ReadError';
  /** The system's code, such as `EIO`. */
  readonly code: string | undefined;

  /**
   * @param path the file that was to be read
   * @param cause the system's error
   */
  constructor(path: string, cause: NodeJS.ErrnoException) {
    const code = codeOf(cause);
    super(`${path} could not be read: ${(code !== undefined && ADVICE[code]) || cause.message}.`, { cause });
    this.code = code;
  }
}

/**
 * Does what reads a file that is there. What the system says of reading itself names no file.
 *
 * @throws ReadError in place of the system's error; what is no error of the system's is passed on as it is
 */
export async function reading<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw (error as NodeJS.ErrnoException).syscall === undefined
      ? error
      : new ReadError(path, error as NodeJS.ErrnoException);
  }
}
