import { KNOWN_FAILURES } from './known-failures.ts';
import type { Outcome } from './run.ts';

/** The first words of a test's name, before the backend that it ran on: the op that it is about. */
function opOf(name: string): string {
  return name.split(' tensorflow ', 1)[0]!.trim();
}

/** The tests that failed, by op, those with most failures first. */
export function failuresByOp(outcomes: readonly Outcome[]): [op: string, failed: Outcome[]][] {
  const groups = new Map<string, Outcome[]>();
  for (const outcome of outcomes) {
    if (outcome.passed) continue;
    const op = opOf(outcome.name);
    groups.set(op, [...(groups.get(op) ?? []), outcome]);
  }
  return [...groups].sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1));
}

/** What `known-failures.ts` does not say: tests that fail and are not in it, and that pass and are. */
export function compareWithKnown(outcomes: readonly Outcome[]): { news: string[]; passedNow: string[] } {
  const names = (passed: boolean): string[] =>
    outcomes
      .filter((outcome) => outcome.passed === passed && KNOWN_FAILURES.has(outcome.name) === passed)
      .map(({ name }) => name);
  return { news: names(false), passedNow: names(true) };
}
