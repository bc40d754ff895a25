import { parse } from '@spatial-ensemble/record';
import { bound, type Bound, type Machine } from '@spatial-ensemble/training';
import type { ResolvedRun } from './experiment.ts';

/** What a run trains. @throws Error where the machine asks for what its spec cannot be parted into */
export function boundRun({ method, spec, steps, arm, evaluation }: ResolvedRun, machine?: Machine): Bound {
  // It may end before the last step of its spec, whose schedules are not the shorter for it.
  return { ...bound(method, parse(method.schema, spec, `the spec of ${evaluation ?? arm}`), machine), steps };
}
