import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { build } from 'vitepress';
import { writeApi } from './api.ts';
import { assemble } from './assemble.ts';
import { deadLinks } from './check-links.ts';
import { DECLARATION_SOURCES, declarationPages } from './declarations.ts';
import { commandLinePage } from './command-line.ts';
import { ROOT, WORK } from './outline.ts';
import { SPEC_SOURCES, specPages } from './specs.ts';

const SITE = join(WORK, 'site');

export interface Built {
  /** HTML files. */
  readonly pages: number;
  /** Links, images and scripts within the site that were followed. */
  readonly links: number;
}

/**
 * The whole site, from the repository as it is: pages, reference, API, then HTML.
 *
 * @throws Error which lists links that lead nowhere
 */
export async function buildSite(): Promise<Built> {
  const pages = join(WORK, 'pages');
  assemble(pages, [...SPEC_SOURCES, ...DECLARATION_SOURCES]);
  const commandLine = ['reference/command-line.md', await commandLinePage()] as const;
  for (const [file, text] of [...specPages(), ...declarationPages(), commandLine]) write(join(pages, file), text);
  await writeApi(join(pages, 'api'));
  // VitePress looks for both here; what they say is kept beside this file.
  const own = (file: string): string => relative(dirname(join(pages, '.vitepress/theme/x')), join(ROOT, 'tools/docs', file)); // prettier-ignore
  write(join(pages, '.vitepress/theme/index.ts'), `export { theme as default } from '${own('page/theme.ts')}';\n`);
  write(
    join(pages, '.vitepress/config.ts'),
    `export { config as default } from '${own('site/config.ts').replace('../', '')}';\n`,
  );
  rmSync(SITE, { recursive: true, force: true });
  await build(pages);
  const { dead, followed } = await deadLinks(SITE);
  if (dead.length > 0)
    throw new Error(`${dead.length} links lead nowhere:\n${dead.map((line) => `  ${line}`).join('\n')}`);
  const html = readdirSync(SITE, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.html'));
  return { pages: html.length, links: followed };
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
