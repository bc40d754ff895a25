import { WriteError } from '@spatial-ensemble/files';

/** A run that ended with an error. */
export interface Failure {
  /** Whose: its place among all, arm, seed and evaluation. */
  readonly title: string;
  readonly error: Error;
}

/** Whether an error would meet every other run too: a file could not be written. What one run does is its own. */
export function meetsAll(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) if (cause instanceof WriteError) return true;
  return false;
}

/**
 * What is said of failed runs at the end: which, why, and what to do.
 *
 * @param all how many runs there were to do, evaluations included
 */
export function failuresText(failures: readonly Failure[], all: number): string {
  const lines = failures.map(({ title, error }) => `${title}: ${error.message}`);
  if (all === 1) return lines.join('\n');
  return [
    `${failures.length} of ${all} runs failed; what the others came to is in the report.`,
    ...lines.map((line) => `- ${line.replaceAll('\n', '\n  ')}`),
    'Once that is put right, the same command runs what is missing; what is finished is not run again.',
  ].join('\n');
}
