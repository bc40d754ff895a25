/**
 * `npm run docs:blocks`: runs every block of code of the site's pages that is not marked `no-run`, and says how many were
 * run and how many were not, and why. `-- --list` runs none; `-- FILE…` takes some pages.
 */
import { Command } from 'commander';
import { ROOT } from '../site/outline.ts';
import { markdownFiles } from './pages.ts';
import { planOf, type Kind } from './kinds.ts';
import { runPage, type Outcome } from './run.ts';

const program = new Command('npm run docs:blocks --')
  .description('Runs the code blocks of the documentation.')
  .argument('[files...]', 'Markdown files from the repository’s root; all pages of the site if none is given')
  .option('--list', 'run none, and say what would become of each')
  .parse();
const asked = program.args;
const isListed = program.opts<{ list?: true }>().list === true;

const verb = isListed ? 'to run' : 'run';
const outcomes: Outcome[] = [];
for (const file of asked.length > 0 ? asked : markdownFiles()) {
  const found: readonly Outcome[] = isListed ? planOf(ROOT, file) : runPage(ROOT, file);
  outcomes.push(...found);
  for (const { block, kind, failure } of found) {
    if (kind.kind === 'shown') continue;
    console.log(
      `${failure === undefined ? '' : 'FAILED '}${block.file}:${block.line} ${block.language}: ${said(kind)}`,
    );
    if (failure !== undefined) console.log(failure);
  }
}
const count = (...kinds: Kind['kind'][]): number => outcomes.filter(({ kind }) => kinds.includes(kind.kind)).length;
const failed = outcomes.filter(({ failure }) => failure !== undefined).length;
console.log(
  `\n${count('shell', 'script')} blocks ${verb}, ${failed} of them failed; ${count('written')} written for others; ${count('tested')} run by their packages’ tests; ${count('not-run')} not run`,
);
if (failed > 0) process.exitCode = 1;

function said(kind: Kind): string {
  if (kind.kind === 'tested') return `run by ${kind.by}`;
  if (kind.kind === 'not-run') return `not run: ${kind.why}`;
  if (kind.kind === 'written') return `written to ${kind.path}`;
  return verb;
}
