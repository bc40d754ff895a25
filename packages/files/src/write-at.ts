import { writeSync } from 'node:fs';
import { writing } from './writing.ts';

/**
 * Writes bytes into an open file, all of them: on a disk that is nearly full the system writes a part and says so by
 * its count alone, and fails at the rest.
 *
 * @param path the file's name, for the message
 * @param position where in the file, in bytes
 * @throws WriteError when not all could be written; what lies from `position` on is then undefined
 */
export function writeAt(file: number, path: string, bytes: Uint8Array, position: number): void {
  writing(path, bytes.length, () => {
    for (let done = 0; done < bytes.length;) {
      const written = writeSync(file, bytes, done, bytes.length - done, position + done);
      if (written === 0) throw new Error(`the system took ${done} of ${bytes.length} bytes`);
      done += written;
    }
  });
}
