import type { Recipe } from '@spatial-ensemble/record';
import type { RobustnessSpec } from './robustness-spec.ts';

/** The measures that a spec makes and that a table may have in front. */
export function made<P>(spec: RobustnessSpec<P>): ReturnType<NonNullable<Recipe<unknown>['makes']>> {
  const { name, whose, attacks, corruptions, calibration } = spec;
  const untrained = whose === 'untrained';
  const names = [
    ...(attacks ? ['accuracy', 'clean', ...attacks.kinds] : []),
    ...(calibration ? ['top1', 'ece', 'nll', 'brier'] : []),
    ...(corruptions ? ['top1-corrupted', 'ece-corrupted', 'nll-corrupted', 'brier-corrupted'] : []),
  ];
  return names.map((one) => ({
    name: `${name}-${one}${untrained ? '-untrained' : ''}`,
    whose: untrained ? ('none' as const) : whose,
  }));
}
