import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect } from 'vitest';

const EXAMPLES = join(import.meta.dirname, '../examples');
const DROP_IN = "from '@spatial-ensemble/engine/tfjs'";

/** What the examples print. */
interface Said {
  readonly backend: string;
  /** By epoch, or by round. */
  readonly losses: number[];
  readonly said?: number[];
  readonly again?: number[];
  readonly text?: string;
  readonly steps?: number[];
}

/**
 * A folder for the examples of one file of tests, which is gone after them: beside the examples, where the packages that
 * they import are found. Files of tests may share this module, so that each asks for its own.
 */
export function examples() {
  const directory = mkdtempSync(join(EXAMPLES, '.run-'));
  afterAll(() => rmSync(directory, { recursive: true }));
  return {
    directory,
    /** Runs an example as it stands; `onCpu` changes its import and nothing else. */
    run: (name: string, ...args: string[]): Promise<Said> => runIn(directory, name, { from: DROP_IN, args }),
    /** The same program on TensorFlow.js' own CPU backend. */
    onCpu: (name: string, ...args: string[]): Promise<Said> =>
      runIn(directory, name, { from: "from '@tensorflow/tfjs'", args }),
  };
}

async function runIn(
  directory: string,
  name: string,
  { from, args }: { readonly from: string; readonly args: readonly string[] },
): Promise<Said> {
  const text = readFileSync(join(EXAMPLES, `${name}.mjs`), 'utf8');
  expect(text.split(DROP_IN)).toHaveLength(2);
  const program = join(directory, `${name}.mjs`);
  writeFileSync(program, text.replace(DROP_IN, from).replace("'houses.csv'", "'../houses.csv'"));
  const clean = Object.fromEntries(
    Object.entries(process.env).filter(([key]) => !/^(NODE_OPTIONS|VITEST|NODE_V8)/.test(key)),
  );
  const command = ['--import', 'tsx', '--conditions=@spatial-ensemble/source', program, ...args];
  const { stdout } = await promisify(execFile)(process.execPath, command, { env: clean });
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Said;
}
