import type { Files } from '../src/index.ts';

/** Records of a CSV of ours whose fields hold no commas but in quotes. */
export function records(files: Files, name: string): Record<string, string>[] {
  const [head = '', ...lines] = String(files.get(name)).trim().split('\n');
  const cells = (line: string): string[] =>
    [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
  const names = cells(head);
  return lines.map((line) => Object.fromEntries(cells(line).map((cell, i) => [names[i] ?? '', cell])));
}
