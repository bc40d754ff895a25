import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

const AT_ONCE = 1 << 20;

/** SHA-256 of a file's bytes, in hexadecimal; of any size, a mebibyte at once. */
export async function digestOfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: AT_ONCE })) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}
