import { createHash } from 'node:crypto';
import { chunksOfFile } from './chunks-of-file.ts';

/** SHA-256 of a file's bytes, in hexadecimal; of any size. @throws ReadError */
export async function digestOfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of chunksOfFile(path)) hash.update(chunk);
  return hash.digest('hex');
}
