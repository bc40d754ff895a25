import { effectiveMomentum } from '@spatial-ensemble/smoothing';
import type { Scheduled } from './spec.ts';

/**
 * The momentum of the moving average that a teacher of masks equals in expectation, 1 − (1 − p)(1 − m) at every step, as
 * a spec writes it: a number, or the schedule that it goes by. For an arm that has the same teacher without its masks.
 *
 * @param teacher what `sts` is given; of `se`, which has no momentum, the preserve probability is the answer itself.
 * @throws Error where no schedule is that momentum at every step: one of both has to be constant, the other constant or
 *   a cosine.
 */
export function effectiveOf(teacher: { readonly momentum: Scheduled; readonly preserve: Scheduled }): Scheduled {
  const [momentum, preserve] = [written(teacher.momentum), written(teacher.preserve)];
  const changing = [momentum, preserve].filter(({ kind }) => kind !== 'constant').map(({ kind }) => kind);
  if (changing.length > 1 || changing.some((kind) => kind !== 'cosine'))
    throw new Error(
      `no schedule is the effective momentum of momentum ${momentum.kind} and preserve ${preserve.kind}: one of them has to be constant, and the other constant or a cosine`,
    );
  const value = effectiveMomentum(momentum.value, preserve.value);
  if (changing.length === 1) return { kind: 'cosine', value };
  return typeof teacher.momentum === 'number' ? value : { kind: 'constant', value };
}

function written(share: Scheduled): Exclude<Scheduled, number> {
  return typeof share === 'number' ? { kind: 'constant', value: share } : share;
}
