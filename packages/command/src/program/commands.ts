import type { Command } from 'commander';
import type { Surroundings } from './surroundings.ts';

/** Adds commands to the program. */
type Add = (program: Command, argv: readonly string[], surroundings: Surroundings) => void;

/** In the order of `--help`. A module is loaded, with all that its commands need, where one of them is asked for. */
const COMMANDS: readonly { readonly names: readonly string[]; readonly load: () => Promise<Add> }[] = [
  { names: ['doctor'], load: async () => (await import('./doctor-command.ts')).addDoctor },
  { names: ['run'], load: async () => (await import('./run-command.ts')).addRun },
  { names: ['tune'], load: async () => (await import('./tune-command.ts')).addTune },
  { names: ['sbatch'], load: async () => (await import('./sbatch-command.ts')).addSbatch },
  {
    names: ['report', 'accept', 'declare', 'plans'],
    load: async () => (await import('./results-commands.ts')).addResults,
  },
  { names: ['reports'], load: async () => (await import('./reports-command.ts')).addReports },
  {
    names: ['list', 'show', 'why', 'compare', 'verify', 'clean', 'schema'],
    load: async () => (await import('./store-commands.ts')).addStore,
  },
  { names: ['export', 'import', 'embed'], load: async () => (await import('./weights-commands.ts')).addWeights },
  { names: ['reproduce'], load: async () => (await import('./reproduce-command.ts')).addReproduce },
  { names: ['fingerprint'], load: async () => (await import('./fingerprint-command.ts')).addFingerprint },
];

/** Adds what the first argument asks for: everything where it names no command, but asks for help, or is wrong. */
export async function addCommands(
  program: Command,
  argv: readonly string[],
  surroundings: Surroundings,
): Promise<void> {
  const asked = COMMANDS.filter(({ names }) => names.includes(argv[0] ?? ''));
  const adding = (asked.length > 0 ? asked : COMMANDS).map(({ load }) => load());
  for (const add of await Promise.all(adding)) add(program, argv, surroundings);
}
