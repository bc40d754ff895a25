/** Whether the packages are read from their sources, in their repository; else npm has installed them somewhere. */
const FROM_SOURCE = import.meta.url.endsWith('.ts');

/**
 * The command that runs a study, as one types it here: through Nx in this project's repository, by the program where the
 * packages are installed.
 *
 * @param tier default: the study's first
 */
export function runCommand(study: string, tier?: string, fromSource = FROM_SOURCE): string {
  if (fromSource) return `npx nx run experiments:${study}${tier === undefined ? '' : `:${tier}`}`;
  return `npx spatial-ensemble run ${study}${tier === undefined ? '' : ` --tier ${tier}`}`;
}

/** The command that writes the reports of all accepted results. */
export function reportsCommand(fromSource = FROM_SOURCE): string {
  return fromSource ? 'npx nx run reports:all' : 'npx spatial-ensemble reports';
}
