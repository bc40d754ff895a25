import { z } from 'zod';

import { name } from './fields.ts';
import { suggestion } from './suggest.ts';

/** A gate that asks what must be shown in the same setting, behind what names no gate itself. */
export const StandsOn = z.strictObject({
  /** Name of another study; of this one where its gate stands behind its factors and failure rates. */
  study: name,
  /** One of its gates, by the name that it has there. */
  gate: name,
});
export type StandsOn = z.infer<typeof StandsOn>;

type Named = Readonly<Record<string, unknown>> | undefined;

/** What of a study the gates are about on which it stands. */
interface Standing {
  readonly name: string;
  readonly gates?: Named;
  readonly factors?: Named;
  readonly failures?: Named;
  readonly standsOn?: readonly StandsOn[] | undefined;
}

/** Where something is wrong, and what. */
type Problem = [path: PropertyKey[], message: string];

/** What is wrong with the gates on which a study stands: one twice, or one of its own where claims name theirs or that it has not. */
export function standsOnProblems({ standsOn = [], ...own }: Standing): Problem[] {
  return standsOn.flatMap(({ study, gate }, i) => [
    ...(study === own.name ? ownProblems(own, gate, i) : []),
    ...(standsOn.slice(0, i).some((one) => one.study === study && one.gate === gate)
      ? [[['standsOn', i, 'gate'], `the gate '${gate}' of ${study} stands here already`] satisfies Problem]
      : []),
  ]);
}

function ownProblems({ gates = {}, factors = {}, failures = {} }: Standing, gate: string, i: number): Problem[] {
  const known = Object.keys(gates);
  if (Object.keys({ ...factors, ...failures }).length === 0)
    return [[['standsOn', i, 'study'], 'is this study; a claim names gates of its own study itself (gates)']];
  return known.includes(gate)
    ? []
    : [[['standsOn', i, 'gate'], `no gate is called '${gate}'.${suggestion(gate, known)}`]];
}
