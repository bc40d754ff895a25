import { appendFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { addCommands } from './commands.ts';
import { Left } from './left.ts';
import type { Surroundings } from './surroundings.ts';

/** Where the program runs, and where it leaves why it ended. */
export interface ProgramSurroundings extends Surroundings {
  /** A file for a caller that would bury what is said last: Nx writes a summary of its own. */
  readonly lastWords?: string | undefined;
}

/**
 * The program.
 *
 * @param argv its arguments, without those of Node.js
 * @returns the exit code: 0, 1 for an error, 128 and a signal's number after one: 130 for Ctrl-C
 */
export async function runProgram(argv: readonly string[], surroundings: ProgramSurroundings): Promise<number> {
  const { log, lastWords } = surroundings;
  const leave = (text: string): void => {
    if (text === '') return;
    log(text);
    if (lastWords === undefined) return;
    appendFileSync(lastWords, `${[experimentIn(argv), text].filter((part) => part !== undefined).join(': ')}\n`);
  };
  const program = new Command('spatial-ensemble')
    .description('Runs experiments, writes their reports, accepts their results, and tells what there is.')
    .configureOutput({ writeErr: (text) => log(text.trimEnd()), outputError: (text) => leave(text.trimEnd()) })
    .showHelpAfterError('(--help lists what there is)')
    .exitOverride();
  try {
    await addCommands(program, argv, surroundings);
    await program.parseAsync(argv, { from: 'user' });
    return 0;
  } catch (error) {
    // Commander has said it, or its help.
    if (error instanceof CommanderError) return error.exitCode;
    leave(error instanceof Error ? error.message : String(error));
    if (process.env['SPATIAL_ENSEMBLE_STACK'] !== undefined && error instanceof Error) log(error.stack ?? '');
    return error instanceof Left ? error.exitCode : 1;
  }
}

/** The experiment's name, where one is run. */
function experimentIn(argv: readonly string[]): string | undefined {
  return argv.map((part) => /([^/\\]+)\.experiment\.ts$/.exec(part)?.[1]).find((name) => name !== undefined);
}
