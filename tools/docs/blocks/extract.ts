import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Nodes } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';

/** A block of code in a Markdown file. */
export interface Block {
  /** From the repository's root. */
  readonly file: string;
  readonly line: number;
  readonly language: string;
  readonly code: string;
  /** Why it is not run: what stands behind `no-run:` beside its language. */
  readonly notRun?: string;
  /** The file that it is written to for the page's later blocks, from the repository's root: `file=` beside its language. */
  readonly writes?: string;
  /** What it must say: a comment `<!-- expect … -->` behind it. */
  readonly expects?: string;
}

/** All blocks of a file with a language, in order, those in lists too. */
export function blocksOf(root: string, file: string): readonly Block[] {
  return blocksIn(readFileSync(join(root, file), 'utf8'), file);
}

/** @throws Error at `no-run` without a reason */
export function blocksIn(text: string, file: string): readonly Block[] {
  const nodes = flat(fromMarkdown(text));
  return nodes.flatMap((node, i) => {
    if (node.type !== 'code' || node.lang === undefined || node.lang === null) return [];
    const line = node.position!.start.line;
    const meta = node.meta ?? '';
    const notRun = /^no-run(?::\s*(.*))?$/.exec(meta);
    if (notRun !== null && !notRun[1]) throw new Error(`${file}, line ${line}: say why it is not run, as in \`no-run: needs a GPU\``); // prettier-ignore
    const next = nodes[i + 1];
    const expects = next?.type === 'html' ? /^<!-- expect (.*) -->$/.exec(next.value)?.[1] : undefined;
    const writes = /(?:^|\s)file=(\S+)/.exec(meta)?.[1];
    return [
      {
        file,
        line,
        language: node.lang,
        code: node.value,
        ...(notRun?.[1] === undefined ? {} : { notRun: notRun[1] }),
        ...(writes === undefined ? {} : { writes }),
        ...(expects === undefined ? {} : { expects }),
      },
    ];
  });
}

function flat(node: Nodes): Nodes[] {
  return [node, ...('children' in node ? node.children.flatMap((child) => flat(child)) : [])];
}
