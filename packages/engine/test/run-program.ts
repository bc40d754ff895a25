import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** How a process ended, and what it printed. */
export interface Ended {
  readonly code: number | string | null;
  readonly signal: string | null;
  readonly out: string;
  readonly err: string;
}

/** What `programs/train.ts` prints. */
export interface Said {
  readonly oneDNN: boolean;
  readonly environment: Record<string, string>;
  readonly fingerprint: string;
  readonly bits: string;
}

/** Takes away what changes the kernels of a process, so that it is as on a machine where nobody set anything. */
export const UNSET = { TF_ENABLE_ONEDNN_OPTS: '', ONEDNN_MAX_CPU_ISA: '', DNNL_MAX_CPU_ISA: '' };

/** Runs a program of `programs/` in a process of its own until it ends by itself. */
export function runProgram(
  program: string,
  env: Record<string, string> = {},
  args: readonly string[] = [],
): Promise<Ended> {
  const path = fileURLToPath(new URL(`programs/${program}.ts`, import.meta.url));
  // Vitest's own settings for its workers are not the program's.
  const clean = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(NODE_OPTIONS|VITEST|NODE_V8)/.test(name)),
  );
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--import', 'tsx', '--conditions=@spatial-ensemble/source', path, ...args],
      { env: { ...clean, ...env } },
      (error, out, err) => {
        resolve({ code: error === null ? 0 : (error.code ?? null), signal: error?.signal ?? null, out, err });
      },
    );
  });
}
