import { Command } from 'commander';
import { markdownTable } from 'markdown-table';
import { addCommands } from '../../../packages/command/src/program/commands.ts';
import { cell, escaped } from './escaped.ts';

/** The program's commands as its own `--help` has them, a section each. */
export async function commandLinePage(): Promise<string> {
  const program = new Command('spatial-ensemble');
  await addCommands(program, [], { runs: 'runs', log: () => {} });
  const help = program.createHelp();
  const commands = help.visibleCommands(program).filter((command) => command.name() !== 'help');
  return [
    '# The command line',
    'Generated from the help of the program. In this repository it is `npm run spatial-ensemble -- COMMAND`, and `npx nx run experiments:NAME[:TIER]` is `run` of an experiment by its name.',
    markdownTable([
      ['command', 'what it does'],
      ...commands.map((command) => [`[\`${command.name()}\`](#${command.name()})`, cell(command.description())]),
    ]),
    ...commands.map((command) => commandText(command)),
    '',
  ].join('\n\n');
}

function commandText(command: Command): string {
  const help = command.createHelp();
  const options = help.visibleOptions(command).filter(({ long }) => long !== '--help');
  const args = help.visibleArguments(command);
  const table = (head: string, rows: readonly (readonly [string, string])[]): string[] =>
    rows.length === 0 ? [] : [markdownTable([[head, 'what it is'], ...rows.map((row) => [...row])])];
  return [
    `## ${command.name()}`,
    escaped(command.description()),
    `\`\`\`text\n${help.commandUsage(command)}\n\`\`\``,
    ...table('argument', args.map((one) => [`\`${help.argumentTerm(one)}\``, cell(help.argumentDescription(one))])), // prettier-ignore
    ...table('option', options.map((one) => [`\`${help.optionTerm(one)}\``, cell(help.optionDescription(one))])), // prettier-ignore
  ].join('\n\n');
}
