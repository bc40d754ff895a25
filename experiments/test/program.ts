import { resolve } from 'node:path';
import { runProgram } from '../../packages/command/src/program/program.ts';

export const ROOT = resolve(import.meta.dirname, '../..');

/** Runs the program in this process, which has TensorFlow already: its exit code, and what it said. */
export async function program(...argv: string[]): Promise<{ readonly code: number; readonly said: string }> {
  const lines: string[] = [];
  const code = await runProgram(argv, { runs: resolve(ROOT, 'runs'), log: (line) => lines.push(line) });
  return { code, said: lines.join('\n') };
}
