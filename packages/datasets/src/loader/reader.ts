import { isFiles, type FileImageSet, type ImageSource } from '../image-source.ts';
import type { Pixels } from '../pixels.ts';

/** Gives the images of some indices, in their order. */
export type Reader = (indices: readonly number[]) => Iterable<Pixels> | AsyncIterable<Pixels>;

export function createReader(source: ImageSource): Reader {
  if (isFiles(source)) return (indices) => decoded(source, indices);
  const { images, height, width, channels } = source;
  const shape = { height, width, channels };
  const bytes = height * width * channels;
  return (indices) => indices.map((index) => ({ data: images, at: index * bytes, shape }));
}

/** Files that are read and decoded, in threads of the runtime's own, while one is augmented in this thread. */
const DECODING_AHEAD = 3;

async function* decoded({ files }: FileImageSet, indices: readonly number[]): AsyncGenerator<Pixels> {
  // Only who has files loads the decoder.
  const { decodeFile } = await import('../files/decode-file.ts');
  const pending: Promise<Pixels>[] = [];
  const left = indices.values();
  const start = (): void => {
    while (pending.length <= DECODING_AHEAD) {
      const next = left.next();
      if (next.done === true) return;
      const decoding = decodeFile(files, next.value);
      // Whoever waits for it sees its failure; until then it is nobody's.
      decoding.catch(() => undefined);
      pending.push(decoding);
    }
  };
  start();
  for (let first = pending.shift(); first !== undefined; first = pending.shift()) {
    yield await first;
    start();
  }
}
