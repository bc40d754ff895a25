import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

/** A program that was started, and what it has said so far. */
export interface Child {
  readonly process: ChildProcessByStdio<null, Readable, Readable>;
  said(): string;
  /** On standard error. */
  complained(): string;
  /** Resolves when it has said something, on either, or has ended. */
  says(text: string): Promise<void>;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

/** Starts a program, in TypeScript or JavaScript, by its path from the repository's root. */
export function start(program: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Child {
  const root = join(import.meta.dirname, '../..');
  const flags = program.endsWith('.ts') ? ['--import', 'tsx', '--conditions=@spatial-ensemble/source'] : [];
  const child = spawn(process.execPath, [...flags, join(root, program), ...args], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [said, complained] = ['', ''];
  let heard = (): void => undefined;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    heard();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complained += text;
    heard();
  });
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((done) =>
    child.once('close', (code, signal) => done({ code, signal })),
  );
  return {
    process: child,
    said: () => said,
    complained: () => complained,
    ended,
    says: (text) =>
      Promise.race([
        ended.then(() => undefined),
        new Promise<void>((done) => {
          heard = () => {
            if (said.includes(text) || complained.includes(text)) done();
          };
          heard();
        }),
      ]),
  };
}
