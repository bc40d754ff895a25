import type { Cost, Study } from '@spatial-ensemble/record';
import { first } from './named.ts';
import type { ResolvedRun } from './resolved-run.ts';

/** Floating-point operations of a run's steps, by the same names. */
export type StepFlops = ReadonlyMap<string | undefined, number>;

/** Operations of a whole run. */
export function runFlops(flops: StepFlops, { evaluation, steps }: ResolvedRun): number {
  return (flops.get(evaluation) ?? 0) * steps;
}

/** What is declared about the cost of a run at its tier. */
export function declaredCost(study: Study, { tier }: ResolvedRun): Cost {
  return study.tiers[tier]?.cost ?? study.cost;
}

/** The cost of runs by arithmetic: operations, and the hours that follow from a stated throughput. */
export function costLines(study: Study, runs: readonly ResolvedRun[], flops: StepFlops): string[] {
  const { flopPerSecond, hardware } = declaredCost(study, first(runs));
  const total = runs.reduce(
    (sum, run) => sum + [run, ...run.evaluations].reduce((all, one) => all + runFlops(flops, one), 0),
    0,
  );
  const shown = first(runs);
  const lines = [shown, ...shown.evaluations].map((one) => {
    const name = one.evaluation ?? one.method.name;
    return `Traced: ${name}, ${scientific(flops.get(one.evaluation) ?? 0)} FLOP a step, ${one.steps.toLocaleString('en-US')} steps, ${scientific(runFlops(flops, one))} FLOP${
      flopPerSecond === undefined ? '' : `, ${hoursText(runFlops(flops, one) / flopPerSecond / 3600)}`
    }.`;
  });
  return flopPerSecond === undefined
    ? lines
    : [
        ...lines,
        `All ${runs.length} at ${scientific(flopPerSecond)} FLOP/s (${hardware}): ${hoursText(total / flopPerSecond / 3600)}; loading and evaluating come on top.`,
      ];
}

function scientific(value: number): string {
  return value < 1000 ? String(Math.round(value)) : value.toExponential(2).replace('e+', 'e');
}

/** `3.2 h`, `310 h`, `4 min`. */
export function hoursText(hours: number): string {
  if (hours < 1 / 60) return 'under a minute';
  if (hours < 1) return `${Math.round(hours * 60)} min`;
  return `${hours < 10 ? hours.toFixed(1) : Math.round(hours).toLocaleString('en-US')} h`;
}
