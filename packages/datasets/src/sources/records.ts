/**
 * Gives bytes that come in chunks of any length in pieces of one length.
 *
 * @throws Error where they end before `count` pieces, or go on after them
 */
export async function* records(
  chunks: AsyncIterable<Uint8Array>,
  bytes: number,
  count: number,
): AsyncGenerator<Uint8Array, void> {
  const piece = new Uint8Array(bytes);
  let [held, given] = [0, 0];
  for await (const chunk of chunks)
    for (let at = 0; at < chunk.length;) {
      if (given === count) throw new Error(`it goes on after ${count} records of ${bytes} bytes`);
      const length = Math.min(bytes - held, chunk.length - at);
      piece.set(chunk.subarray(at, at + length), held);
      held += length;
      at += length;
      if (held < bytes) continue;
      yield piece;
      given += 1;
      held = 0;
    }
  if (given < count) throw new Error(`it ends after ${given} of ${count} records of ${bytes} bytes`);
}

/**
 * Writes an image that lies in planes of columns, as MATLAB has it (`[channel][column][row]`), with interleaved channels
 * in rows. `!`: an image has `channels` planes of `side` times `side` bytes.
 */
export function interleave(planes: Uint8Array, side: number, channels: number, to: Uint8Array, at: number): void {
  for (let c = 0; c < channels; c++)
    for (let x = 0; x < side; x++)
      for (let y = 0; y < side; y++) to[at + (y * side + x) * channels + c] = planes[(c * side + x) * side + y]!;
}
