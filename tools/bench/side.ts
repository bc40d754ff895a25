import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Held } from './memory.ts';

/** What a side answers after some steps: milliseconds of each, and the memory that they took. */
export interface Answer extends Held {
  readonly ms: readonly number[];
}

/** One process that holds one workload ready and runs steps of it when asked; idle otherwise. */
export class Side {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  readonly #name: string;
  #errors = '';

  constructor(name: string, command: string, args: readonly string[]) {
    this.#name = name;
    this.#child = spawn(command, [...args], { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.stderr.on('data', (chunk: Buffer) => (this.#errors += chunk.toString()));
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  async #read(): Promise<unknown> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error(`${this.#name} ended: ${this.#errors.trim() || 'without a message'}`);
    return JSON.parse(value);
  }

  /** Waits until the workload is built. @throws Error with what the process said, where it could not */
  async ready(): Promise<void> {
    await this.#read();
  }

  async run(steps: number): Promise<Answer> {
    return (await this.ask({ steps })) as Answer;
  }

  /** Sends one line of JSON, and waits for the answer. */
  async ask(question: object): Promise<unknown> {
    this.#child.stdin.write(`${JSON.stringify(question)}\n`);
    return this.#read();
  }

  /** Ends the process, if it has not ended by itself. */
  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.stdin.end();
    await ended;
  }
}

/** Does something with sides, and ends them, also where it fails: one that waits for a question would wait for ever. */
export async function endingAll<T>(sides: readonly Side[], use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } finally {
    await Promise.all(sides.map((side) => side.end()));
  }
}

/** A file of this folder. */
export function here(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

/** A program of this folder, run from its source. */
export function typeScriptSide(name: string, file: string, ...args: readonly string[]): Side {
  const options = ['--import', 'tsx', '--conditions=@spatial-ensemble/source'];
  return new Side(name, process.execPath, [...options, here(file), ...args]);
}
