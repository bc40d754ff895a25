import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join, posix, relative } from 'node:path';
import { withAddresses } from './links.ts';
import { OUTLINE, PAGE_OF, ROOT } from './outline.ts';
import { CODE, INCLUDE, section } from './section.ts';

/** Files larger than that are no reading. */
const LARGEST_SOURCE = 200_000;

/** Everything that the site is built from, besides what other generators add. */
export interface Assembled {
  /** Files that pages link to, from the repository's root, each a page of its own. */
  readonly sources: readonly string[];
}

/**
 * Writes the pages: those of the outline that are files of the repository, with what they include, and with their links
 * turned to where the target lies in the site; then each source, licence or table that one of them links to.
 *
 * @param pages folder to write to, emptied before; pictures and reports go to `public` beside it
 * @param linkedElsewhere files that other generators' pages link to
 * @throws Error which names the page and the link where a link leads nowhere
 */
export function assemble(pages: string, linkedElsewhere: readonly string[] = []): Assembled {
  const shown = join(dirname(pages), 'public');
  for (const folder of [pages, shown]) rmSync(folder, { recursive: true, force: true });
  const sources = new Set(linkedElsewhere);
  for (const [file, page] of PAGE_OF) write(pages, `${page}.md`, pageOf(file, page, shown, sources));
  write(pages, 'index.md', pageOf('tools/docs/pages/index.md', 'index', shown, sources));
  copyReports(shown, sources);
  const folders = [...sources].filter((file) => statSync(join(ROOT, file)).isDirectory());
  for (const file of folders.flatMap((folder) => filesIn(folder))) sources.add(file);
  for (const file of sources) write(pages, `${sourcePage(file)}.md`, sourceText(file));
  return { sources: [...sources].toSorted() };
}

/** The text of a page: its file with its inclusions, all links from the site's root. */
function pageOf(file: string, page: string, shown: string, sources: Set<string>): string {
  const text = linked(file, page, readFileSync(join(ROOT, file), 'utf8'), shown, sources);
  return text
    .replaceAll(INCLUDE, (_, from: string, title?: string) => {
      const whole = readFileSync(join(ROOT, from), 'utf8');
      return linked(from, page, title === undefined ? body(whole) : section(whole, title), shown, sources);
    })
    .replaceAll(CODE, (_, from: string) => {
      sources.add(from);
      return `[\`${from}\`](/${sourcePage(from)}.html):\n\n${fenced(from)}`;
    });
}

/** A file without its title, which the page has. */
function body(text: string): string {
  return text.replace(/^# .*\n/, '').trim();
}

function linked(file: string, page: string, text: string, shown: string, sources: Set<string>): string {
  return withAddresses(text, ({ url, isImage, line }) => {
    if (/^[a-z]+:/.test(url)) return url;
    const [path = '', anchor] = url.split('#');
    const hash = anchor === undefined ? '' : `#${anchor}`;
    // Within a file that is included, a heading is on the file's own page.
    if (path === '') return PAGE_OF.get(file) === page ? url : `/${PAGE_OF.get(file) ?? page}.html${hash}`;
    const target = path.startsWith('/') ? path.slice(1) : posix.normalize(posix.join(posix.dirname(file), path));
    if (path.startsWith('/') && isPage(target)) return `/${target}.html${hash}`;
    if (path.startsWith('/source/')) return url;
    if (!existsSync(join(ROOT, target))) throw new Error(`${file}, line ${line}: the link ${url} leads nowhere`);
    if (isImage) {
      cpSync(join(ROOT, target), join(shown, target));
      return `/${target}`;
    }
    return addressOf(target.replace(/\/$/, ''), hash, sources);
  });
}

/** The reports are a page of their own, with tables, figures and results beside it; what it names of sources is in the site. */
function copyReports(shown: string, sources: Set<string>): void {
  const isShown = (file: string): boolean =>
    statSync(file).isDirectory() || !file.startsWith(join(ROOT, 'experiments')) || basename(file) === 'result.json';
  for (const folder of ['reports', 'experiments/results'])
    cpSync(join(ROOT, folder), join(shown, folder), { recursive: true, filter: isShown });
  const page = readFileSync(join(ROOT, 'reports/index.html'), 'utf8');
  const turned = page.replaceAll(/href="\.\.\/([^"#]+\.(?:ts|md))(#[^"]*)?"/g, (_, file: string, hash = '') => {
    return `href="..${addressOf(file, String(hash), sources)}"`;
  });
  write(shown, 'reports/index.html', turned);
}

/** Where a file of the repository is in the site. */
function addressOf(file: string, hash: string, sources: Set<string>): string {
  const page = PAGE_OF.get(file) ?? PAGE_OF.get(`${file}/README.md`);
  if (page !== undefined) return `/${page}.html${hash}`;
  // The reports are a page of their own, which is one file.
  const [, study] = /^reports\/(?:([\w-]+)\/)?\w+\.md$/.exec(file) ?? [];
  if (file.startsWith('reports/') && file.endsWith('.md'))
    return `/reports/index.html${study === undefined ? '' : `#${study}${hash.replace('#', '-')}`}`;
  sources.add(file);
  return `/${sourcePage(file)}.html`;
}

function isPage(page: string): boolean {
  return page.startsWith('api/') || OUTLINE.some(({ entries }) => entries.some((entry) => entry.page === page));
}

function sourcePage(file: string): string {
  // VitePress takes `.md.html` for `.html`.
  return `source/${file.replace(/\.md$/, '-md')}`;
}

function filesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => posix.join(folder, entry.name));
}

/** A file as a page, highlighted; a folder as a list of its files. */
function sourceText(file: string): string {
  const head = `---\nsearch: false\noutline: false\nprev: false\nnext: false\n---\n\n# ${file}\n\n`;
  const path = join(ROOT, file);
  if (statSync(path).isDirectory())
    return `${head}${filesIn(file).map((inside) => `- [${posix.basename(inside)}](/${sourcePage(inside)}.html)`).join('\n')}\n`; // prettier-ignore
  const text = readFileSync(path, 'utf8');
  if (text.length > LARGEST_SOURCE || text.includes('\0'))
    return `${head}A file of ${statSync(path).size} bytes: see \`${relative(ROOT, path)}\` in the repository.\n`;
  return `${head}${fenced(file)}\n`;
}

/** In a fence that is longer than any within. */
function fenced(file: string): string {
  const fence = '`'.repeat(6);
  const text = readFileSync(join(ROOT, file), 'utf8').trimEnd();
  return `${fence}${LANGUAGES[extname(file)] ?? 'text'} no-run: a file of the repository\n${text}\n${fence}`;
}

/** Those that are highlighted, by the ends of files. */
const LANGUAGES: Readonly<Record<string, string>> = {
  '.ts': 'ts',
  '.js': 'js',
  '.mjs': 'js',
  '.json': 'json',
  '.md': 'md',
  '.py': 'python',
  '.sh': 'bash',
};

function write(pages: string, file: string, text: string): void {
  const path = join(pages, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
