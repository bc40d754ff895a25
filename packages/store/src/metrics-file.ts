import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, readFileSync, statSync } from 'node:fs';
import { writeAt, writing } from '@spatial-ensemble/files';
import { UnusableRun, type MetricsLine } from '@spatial-ensemble/record';

/** `metrics.jsonl`: a run's numbers over time, appended, and cut back to the last checkpoint on resume. */
export class MetricsFile {
  readonly #path: string;
  readonly #file: number;

  /** @param bytes how much of it belongs to the checkpoint that the run goes on from. */
  constructor(path: string, bytes: number) {
    this.#path = path;
    const size = existsSync(path) ? statSync(path).size : 0;
    if (size < bytes)
      throw new UnusableRun(`${path} has ${size} bytes, the checkpoint needs ${bytes}: it was changed by hand.`);
    this.#file = writing(path, undefined, () => openSync(path, size === 0 ? 'w' : 'r+'));
    ftruncateSync(this.#file, bytes);
    this.#size = bytes;
  }

  #size: number;

  append(line: MetricsLine): void {
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`, 'utf8');
    writeAt(this.#file, this.#path, bytes, this.#size);
    this.#size += bytes.length;
  }

  /** Bytes written, safely on disk after the call. */
  sync(): number {
    writing(this.#path, this.#size, () => fsyncSync(this.#file));
    return this.#size;
  }

  lines(): MetricsLine[] {
    return readFileSync(this.#path, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as MetricsLine);
  }

  close(): void {
    closeSync(this.#file);
  }
}
