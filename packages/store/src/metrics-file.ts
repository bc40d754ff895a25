import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, truncateSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { reading, writeChecked, writing } from '@spatial-ensemble/files';
import { UnusableRun, type MetricsLine } from '@spatial-ensemble/record';
import { z } from 'zod';

/** How much of the file belongs to a checkpoint, and its hash. */
export const MetricsMark = z.strictObject({
  bytes: z.int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type MetricsMark = z.infer<typeof MetricsMark>;

/**
 * `metrics.jsonl`: a run's numbers over time. Lines are appended as they come, for whoever looks on; what counts is
 * written at each checkpoint, whole. What a line of the former kind lacks, since the disk was full or the folder was
 * removed meanwhile, the next checkpoint's has, or it says why not.
 */
export class MetricsFile {
  readonly #path: string;
  readonly #texts: string[];
  /** Bytes behind which the file is cut before anything is written; undefined once that is done. */
  #cutAt: number | undefined;

  private constructor(path: string, text: string) {
    this.#path = path;
    this.#texts = text.split('\n').slice(0, -1);
    this.#cutAt = Buffer.byteLength(text);
  }

  /**
   * Opens the file of a run that goes on from a mark. What lies behind it is cut off with the first line that is
   * written, and not before: a newer checkpoint that could not be read this time needs it the next time.
   *
   * @param mark undefined: a run that begins.
   * @throws UnusableRun where what belongs to the mark is not there as it was written; WriteError
   */
  static async open(path: string, mark: MetricsMark | undefined): Promise<MetricsFile> {
    const text = mark === undefined ? '' : await markedText(path, mark);
    if (mark === undefined) writing(path, undefined, () => writeFileSync(path, ''));
    return new MetricsFile(path, text);
  }

  append(line: MetricsLine): void {
    const text = JSON.stringify(line);
    this.#texts.push(text);
    try {
      if (this.#cutAt !== undefined) truncateSync(this.#path, this.#cutAt);
      this.#cutAt = undefined;
      appendFileSync(this.#path, `${text}\n`);
    } catch {
      // The next checkpoint writes it, or says why not.
    }
  }

  /**
   * Writes all lines, which are then safely on disk.
   *
   * @throws WriteError; the lines before are then still there
   */
  async save(): Promise<MetricsMark> {
    const bytes = Buffer.from(this.#texts.map((text) => `${text}\n`).join(''), 'utf8');
    const sha256 = await writeChecked(this.#path, bytes);
    this.#cutAt = undefined;
    return { bytes: bytes.length, sha256 };
  }

  lines(): MetricsLine[] {
    return parsed(this.#texts);
  }
}

/**
 * Whether what belongs to a mark is there as it was written.
 *
 * @throws UnusableRun where it is not.
 */
export async function checkMark(path: string, mark: MetricsMark): Promise<void> {
  await markedText(path, mark);
}

/**
 * The lines that belong to a mark.
 *
 * @throws UnusableRun where they are not there as they were written.
 */
export async function markedLines(path: string, mark: MetricsMark): Promise<MetricsLine[]> {
  return parsed((await markedText(path, mark)).split('\n').slice(0, -1));
}

/** All whole lines of a file; none where it is not there. */
export async function linesOf(path: string): Promise<MetricsLine[]> {
  const text = existsSync(path) ? await reading(path, () => readFile(path, 'utf8')) : '';
  return parsed(text.split('\n').slice(0, -1));
}

function parsed(texts: readonly string[]): MetricsLine[] {
  return texts.map((text) => JSON.parse(text) as MetricsLine);
}

async function markedText(path: string, { bytes, sha256 }: MetricsMark): Promise<string> {
  const there = existsSync(path) ? await reading(path, () => readFile(path)) : Buffer.alloc(0);
  const marked = there.subarray(0, bytes);
  if (marked.length < bytes)
    throw new UnusableRun(`${path} has ${there.length} bytes, and ${bytes} belong to the checkpoint: it was cut.`);
  if (createHash('sha256').update(marked).digest('hex') !== sha256)
    throw new UnusableRun(`${path} is not as the checkpoint left it: it was changed, or is another run's.`);
  return marked.toString('utf8');
}
