import type { Recipe } from '@spatial-ensemble/record';
import { counted } from './corruption-error.ts';
import type { RobustnessSpec } from './robustness-spec.ts';

/** The measures that a spec makes and that a table may have in front, those that say the most first. */
export function made<P>(spec: RobustnessSpec<P>): ReturnType<NonNullable<Recipe<unknown>['makes']>> {
  const { name, whose, attacks, corruptions, calibration } = spec;
  const untrained = whose === 'untrained';
  const names = [
    ...(attacks ? ['accuracy', 'clean', ...(attacks.masking ? ['masking'] : [])] : []),
    ...(corruptions ? ['top1-corrupted', ...(counted(corruptions.kinds).length > 0 ? ['corruption-error'] : [])] : []),
    ...(calibration ? ['top1', 'ece', 'nll', 'brier'] : []),
    ...(attacks ? attacks.kinds : []),
    ...(corruptions ? ['ece-corrupted', 'nll-corrupted', 'brier-corrupted'] : []),
  ];
  return names.map((one) => ({
    name: `${name}-${one}${untrained ? '-untrained' : ''}`,
    whose: untrained ? ('none' as const) : whose,
  }));
}

/** Those in front first, then all others in their order. */
export function inFront<M extends { readonly name: string }>(spec: RobustnessSpec, measures: readonly M[]): M[] {
  const names = made(spec).map(({ name }) => name);
  const place = ({ name }: M): number => (names.includes(name) ? names.indexOf(name) : names.length);
  return measures.toSorted((a, b) => place(a) - place(b));
}
