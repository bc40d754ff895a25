import { crc32 } from 'node:zlib';
import yauzl from 'yauzl';

/** A zip whose entries are read one by one. */
export interface Zip {
  /** Bytes of each entry, as it says itself. */
  readonly sizes: ReadonlyMap<string, number>;
  /**
   * The bytes of an entry, checked by its checksum.
   *
   * @throws Error where it is missing, larger than `most`, or damaged
   */
  read(name: string, most: number): Promise<Uint8Array<ArrayBuffer>>;
}

const MOST_ENTRIES = 100_000;

/** Opens a zip for as long as it is used. @throws Error that says what is wrong with it */
export async function withZip<T>(path: string, use: (zip: Zip) => Promise<T>): Promise<T> {
  const zip = await yauzl.openPromise(path, { autoClose: false });
  try {
    const entries = new Map<string, yauzl.Entry>();
    for await (const entry of zip.eachEntry()) {
      if (entries.has(entry.fileName)) throw new Error(`it holds ${entry.fileName} twice`);
      if (entries.size >= MOST_ENTRIES) throw new Error('it holds too many files');
      entries.set(entry.fileName, entry);
    }
    return await use({
      sizes: new Map([...entries].map(([name, { uncompressedSize }]) => [name, uncompressedSize])),
      async read(name, most) {
        const entry = entries.get(name);
        if (entry === undefined) throw new Error(`it lacks ${name}`);
        if (entry.uncompressedSize > most) throw new Error(`${name} has ${entry.uncompressedSize} bytes, more than ${most}`); // prettier-ignore
        return content(zip, entry);
      },
    });
  } finally {
    zip.close();
  }
}

async function content(zip: yauzl.ZipFile, entry: yauzl.Entry): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  let [length, sum] = [0, 0];
  // Memory is taken for what comes, not for what is claimed; yauzl ends a stream that is longer than that.
  for await (const chunk of await zip.openReadStreamPromise(entry)) {
    chunks.push(chunk as Buffer);
    length += (chunk as Buffer).length;
    sum = crc32(chunk as Buffer, sum);
  }
  if (length !== entry.uncompressedSize || sum !== entry.crc32) throw new Error(`${entry.fileName} is damaged`);
  const all = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
