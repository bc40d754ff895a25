/**
 * Reads harmed files with one parser, and tells each number before it is read, so that whoever listens knows which one
 * ended the process or never came back:
 *
 *     child.ts PARSER FROM CASES
 */
import { writeSync } from 'node:fs';
import { key } from '@spatial-ensemble/random';
import { mutate } from './mutate.ts';
import { PARSERS, withFolder } from './parsers.ts';

/** Bytes that no file of some kilobytes may take. */
const MOST_MEMORY = 1.5e9;

const [name = '', from = '0', cases = '1'] = process.argv.slice(2);
const parser = PARSERS[name];
if (parser === undefined) throw new Error(`no parser ${name}: there are ${Object.keys(PARSERS).join(', ')}`);
const tell = (line: string): void => void writeSync(1, `${line}\n`);

await withFolder(async (path) => {
  const seeds = await parser.seeds();
  for (let n = Number(from); n < Number(from) + Number(cases); n++) {
    tell(`case ${n}`);
    const seed = seeds[n % seeds.length];
    if (seed === undefined) throw new Error(`${name} has no whole file to begin with`);
    try {
      await parser.read(mutate(seed, key('fuzz').fold(name).fold(n)), path);
    } catch (error) {
      // What a reader says of a damaged file is an Error of its own; a mistake of the program is of another kind.
      if (!(error instanceof Error) || /^(Type|Range|Reference|Syntax)Error$/.test(error.name))
        tell(`crash ${n} ${String(error)}`);
    }
    if (process.memoryUsage().rss > MOST_MEMORY) tell(`crash ${n} it took ${process.memoryUsage().rss} bytes`);
  }
  tell('end');
});
