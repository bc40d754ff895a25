import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Block } from './extract.ts';
import { planOf, type Kind } from './kinds.ts';

/** What came of a block. */
export interface Outcome {
  readonly block: Block;
  readonly kind: Kind;
  /** What it said before it failed; absent where it did not. */
  readonly failure?: string;
}

const TIME = 20 * 60_000;
const TSX = ['--import', 'tsx', '--conditions=@spatial-ensemble/source'];

/**
 * Runs a page's blocks in order, in the repository, as a reader would: its runs go to a store of its own, the files that
 * it writes are removed behind it.
 *
 * @param wanted which kinds are run; the others are passed over
 * @throws Error where a block would write over a file that is there
 */
export function runPage(
  root: string,
  file: string,
  wanted: readonly Kind['kind'][] = ['shell', 'script', 'written'],
): readonly Outcome[] {
  // prettier-ignore
  const runs = mkdtempSync(join(tmpdir(), 'docs-runs-'));
  const written: string[] = [];
  try {
    return planOf(root, file).map(({ block, kind }) => {
      if (!wanted.includes(kind.kind)) return { block, kind };
      if (kind.kind === 'written') {
        const path = resolve(root, kind.path);
        if (existsSync(path)) throw new Error(`${file}, line ${block.line}: ${kind.path} is there already, and is not written over`); // prettier-ignore
        written.push(path);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, `${block.code}\n`);
        return { block, kind };
      }
      const failure = kind.kind === 'shell' ? ran(root, runs, 'bash', ['-e', '-o', 'pipefail', '-c', block.code], block) : script(root, runs, block); // prettier-ignore
      return { block, kind, ...(failure === undefined ? {} : { failure }) };
    });
  } finally {
    for (const path of [runs, ...written]) rmSync(path, { recursive: true, force: true });
  }
}

/** A program, from a folder beside its page, from where its imports are found. */
function script(root: string, runs: string, block: Block): string | undefined {
  const folder = mkdtempSync(join(root, dirname(block.file), '.example-'));
  try {
    const path = join(folder, `example.${block.language}`);
    writeFileSync(path, `${block.code}\n`);
    return ran(root, runs, process.execPath, [...TSX, path], block);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function ran(
  root: string,
  runs: string,
  program: string,
  args: readonly string[],
  { expects }: Block,
): string | undefined {
  // prettier-ignore
  const env = { ...process.env, SPATIAL_ENSEMBLE_RUNS: runs, NX_DAEMON: 'false', NX_TUI: 'false', FORCE_COLOR: '0' };
  const { status, error, stdout, stderr } = spawnSync(program, args, { cwd: root, env, encoding: 'utf8', timeout: TIME, maxBuffer: 1 << 28 }); // prettier-ignore
  if (error !== undefined) return error.message;
  if (status !== 0) return `exit code ${status}\n${stdout.slice(-3000)}${stderr.slice(-3000)}`;
  if (expects !== undefined && !stdout.includes(expects)) return `it should say ${expects}, and says\n${stdout.slice(-3000)}`; // prettier-ignore
  return undefined;
}
