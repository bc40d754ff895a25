import { z } from 'zod';

import { name } from './fields.ts';

/** A gate of another study that asks in the same setting what must be shown there. */
export const StandsOn = z.strictObject({
  /** Name of the other study. */
  study: name,
  /** One of its gates, by the name that it has there. */
  gate: name,
});
export type StandsOn = z.infer<typeof StandsOn>;

/** What of a study the gates of others are about. */
interface Standing {
  readonly name: string;
  readonly standsOn?: readonly StandsOn[] | undefined;
}

/** What is wrong with the gates of others that a study names: its own, or one twice. */
export function standsOnProblems({ name: own, standsOn = [] }: Standing): [path: PropertyKey[], message: string][] {
  return standsOn.flatMap(({ study, gate }, i): [PropertyKey[], string][] => [
    ...(study === own
      ? [[['standsOn', i, 'study'], 'is this study; a claim names gates of its own study itself (gates)'] as [PropertyKey[], string]] // prettier-ignore
      : []),
    ...(standsOn.slice(0, i).some((one) => one.study === study && one.gate === gate)
      ? [[['standsOn', i, 'gate'], `the gate '${gate}' of ${study} stands here already`] as [PropertyKey[], string]]
      : []),
  ]);
}
