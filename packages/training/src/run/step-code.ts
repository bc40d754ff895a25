import type { Listener } from './moment.ts';
import type { Saved, StepCode } from './port.ts';

/** What took a run's steps, once this sitting has taken one by this graph. */
export function codeSince(
  saved: Pick<Saved, 'code' | 'step'> | undefined,
  graph: string | undefined,
): readonly StepCode[] {
  const before = saved?.code ?? [];
  if (graph === undefined || graph === before.at(-1)?.graph) return before;
  return [...before, { since: saved?.step ?? 0, graph }];
}

/** A listener that tells, after the first step of a sitting, whether it was another code that took those before. */
export function noticesOtherCode(
  saved: Pick<Saved, 'code' | 'step'> | undefined,
  graph: () => string | undefined,
  tell: (since: number) => void,
): Listener {
  return async ({ taken }) => {
    if (taken === 1 && saved !== undefined && saved.code.length > 0 && codeSince(saved, graph()) !== saved.code)
      tell(saved.step);
    return undefined;
  };
}
