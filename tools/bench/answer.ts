import { createInterface } from 'node:readline';
import type { Memory } from './memory.ts';

/**
 * Answers questions of `Side`, a line of JSON each, until the input ends.
 *
 * @param once runs a step, and gives its milliseconds
 * @param asked answers what is no number of steps
 */
export async function answerQuestions(
  once: () => number | Promise<number>,
  memory: Memory,
  asked?: (question: { readonly [name: string]: unknown }) => unknown,
): Promise<void> {
  const say = (answer: unknown): void => void process.stdout.write(`${JSON.stringify(answer)}\n`);
  say({ ready: true });
  for await (const line of createInterface({ input: process.stdin })) {
    const { steps, ...question } = JSON.parse(line) as { steps?: number };
    if (steps === undefined) {
      say(await asked!(question));
      continue;
    }
    memory.begin();
    const ms: number[] = [];
    for (let n = 0; n < steps; n++) ms.push(await once());
    say({ ms, ...memory.answer() });
  }
}

/** Milliseconds that some work took. */
export function timed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

/** Milliseconds of all cores that some work took in this process. */
export async function cpuTimed(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e3;
}
