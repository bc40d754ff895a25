import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { blocksOf, type Block } from './extract.ts';

const SHELL = ['bash', 'sh'];
const SCRIPT = ['ts', 'js', 'mjs'];
/** What is no code. */
const SHOWN = ['text', 'json', 'jsonl', 'csv', 'yaml', 'md'];

/** What becomes of a block. */
export type Kind =
  /** It is run here: a command, or a program. */
  | { readonly kind: 'shell' | 'script' }
  /** It is written to a file for those behind it. */
  | { readonly kind: 'written'; readonly path: string }
  /** The tests of its package run it. */
  | { readonly kind: 'tested'; readonly by: string }
  | { readonly kind: 'not-run'; readonly why: string }
  | { readonly kind: 'shown' };

/** @throws Error for a language that is neither run nor marked */
function kindOf(root: string, block: Block): Kind {
  const { file, line, language, notRun, writes } = block;
  if (notRun !== undefined) return { kind: 'not-run', why: notRun };
  if (writes !== undefined) return { kind: 'written', path: writes };
  if (SHOWN.includes(language)) return { kind: 'shown' };
  if (SHELL.includes(language)) return { kind: 'shell' };
  if (SCRIPT.includes(language)) {
    const by = language === 'ts' ? testOf(root, file) : undefined;
    return by === undefined ? { kind: 'script' } : { kind: 'tested', by };
  }
  throw new Error(`${file}, line ${line}: nothing here runs ${language}; mark the block \`${language} no-run: …\` with the reason`); // prettier-ignore
}

/** The test that runs a README's examples, where there is one. */
function testOf(root: string, file: string): string | undefined {
  if (!file.endsWith('README.md')) return undefined;
  const folder = join(dirname(file), 'test');
  if (!existsSync(join(root, folder))) return undefined;
  return readdirSync(join(root, folder))
    .map((name) => join(folder, name))
    .find((path) => /\/(readme|example)[\w-]*\.test\.ts$/.test(path) && readFileSync(join(root, path), 'utf8').includes('README.md')); // prettier-ignore
}

/** A page's blocks, in order, with what becomes of each. */
export function planOf(root: string, file: string): readonly { readonly block: Block; readonly kind: Kind }[] {
  return blocksOf(root, file).map((block) => ({ block, kind: kindOf(root, block) }));
}
