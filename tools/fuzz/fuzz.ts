import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { PARSERS } from './parsers.ts';

/** What came of reading harmed files. */
export interface Fuzzed {
  readonly cases: number;
  readonly crashes: number;
  readonly hangs: number;
  /** Of each crash and hang: the parser, the number of the case, and what happened. */
  readonly failures: readonly string[];
}

/** A file that takes longer is said to hang, in milliseconds. */
const MOST_MS = 20_000;
/** Cases that a child reads before another one is started. */
const AT_ONCE = 2000;

/**
 * Reads harmed files with every parser, each in a child process of its own; the same cases give the same files.
 *
 * @param budget how many cases each parser reads, or for how many minutes all of them together do
 * @param names which parsers
 */
export async function fuzz(
  budget: { readonly cases: number } | { readonly minutes: number },
  names: readonly string[] = Object.keys(PARSERS),
): Promise<Fuzzed> {
  const sum: { cases: number; crashes: number; hangs: number; failures: string[] } = {
    cases: 0,
    crashes: 0,
    hangs: 0,
    failures: [],
  };
  const started = performance.now();
  const each = 'cases' in budget ? budget.cases : AT_ONCE;
  for (let from = 0; ; from += each) {
    for (const name of names) {
      const { cases, crashed, hung } = await readIn(name, from, each);
      sum.cases += cases;
      sum.crashes += crashed.length;
      sum.hangs += hung.length;
      sum.failures.push(...[...crashed, ...hung].map((what) => `${name} ${what}`));
      if ('minutes' in budget && performance.now() - started > budget.minutes * 60_000) return sum;
    }
    if ('cases' in budget) return sum;
  }
}

/** The line that stands for a guarantee. */
export function fuzzLine({ cases, crashes, hangs }: Fuzzed): string {
  return `fuzz cases ${cases}, crashes ${crashes}, hangs ${hangs}`;
}

interface Outcome {
  readonly cases: number;
  readonly crashed: readonly string[];
  readonly hung: readonly string[];
}

/** Reads some cases; after one that ended its process or hung, another process goes on behind it. */
async function readIn(name: string, from: number, cases: number): Promise<Outcome> {
  const crashed: string[] = [];
  const hung: string[] = [];
  for (let next = from; next < from + cases;) {
    const { last, lines, ended, how } = await child(name, next, from + cases - next);
    crashed.push(...lines.map((line) => line.replace(/^crash /, '')));
    if (ended) break;
    if (how === 'hang') hung.push(`${last} took longer than ${MOST_MS / 1000} seconds`);
    else crashed.push(`${last} ended its process: ${how}`);
    next = last + 1;
  }
  return { cases, crashed, hung };
}

interface ChildEnd {
  /** The case that was read last. */
  readonly last: number;
  readonly lines: readonly string[];
  readonly ended: boolean;
  readonly how: string;
}

function child(name: string, from: number, cases: number): Promise<ChildEnd> {
  return new Promise((resolve, reject) => {
    const program = join(import.meta.dirname, 'child.ts');
    const flags = ['--max-old-space-size=512', '--import', 'tsx', '--conditions=@spatial-ensemble/source'];
    const running = spawn(process.execPath, [...flags, program, name, String(from), String(cases)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let last = from;
    let ended = false;
    let how = '';
    let rest = '';
    let said = '';
    const lines: string[] = [];
    const giveUp = (): void => {
      how = 'hang';
      running.kill('SIGKILL');
    };
    // A child begins with loading its parser.
    let timer = setTimeout(giveUp, 3 * MOST_MS);
    running.stdout.setEncoding('utf8').on('data', (text: string) => {
      clearTimeout(timer);
      timer = setTimeout(giveUp, MOST_MS);
      const parts = (rest + text).split('\n');
      rest = parts.pop() ?? '';
      for (const line of parts) {
        if (line.startsWith('case ')) last = Number(line.slice(5));
        else if (line === 'end') ended = true;
        else lines.push(line);
      }
    });
    running.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-500)));
    running.once('error', reject);
    running.once('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ last, lines, ended, how: how || `${signal ?? `exit code ${code}`} ${said.trim()}` });
    });
  });
}
