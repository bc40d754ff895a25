import type { PaperCell, Study } from '@spatial-ensemble/record';
import type { ResolvedRun } from '../study/resolve.ts';
import { declaredCost } from './cost.ts';

/** What is said before anything is loaded: what is run, what it costs, and what is published about it. */
export function announce(study: Study, runs: readonly ResolvedRun[]): string[] {
  const { tier, variant, evaluations } = runs[0]!;
  const setting = [tier, ...(variant === undefined ? [] : [study.variants![variant]!.title])].join(', ');
  return [
    study.title,
    `${runs.length} ${runs.length === 1 ? 'run' : 'runs'} (${setting})${tier === 'smoke' ? ', seconds each; their accuracies mean nothing' : `; ${costText(study, runs)}`}`,
    ...(evaluations.length === 0
      ? []
      : [
          `Each is then evaluated: ${evaluations.map(({ evaluation }) => study.evaluations![evaluation!]!.title).join('; ')}`,
        ]),
    ...(tier === 'paper'
      ? study.paper.filter((cell) => cell.variant === undefined || cell.variant === variant).map(cellText)
      : []),
  ];
}

function costText(study: Study, runs: readonly ResolvedRun[]): string {
  const { gpuHours, cpuMinutes, hardware, basis } = declaredCost(study, runs[0]!);
  const amounts = [
    ...(gpuHours === undefined ? [] : [`${rounded(gpuHours * runs.length)} GPU hours`]),
    ...(cpuMinutes === undefined ? [] : [`${rounded(cpuMinutes * runs.length)} minutes`]),
  ];
  return `${amounts.length === 0 ? '' : `about ${amounts.join(' or ')} `}on ${hardware} (${basis})`;
}

function rounded(amount: number): string {
  return amount < 10 ? String(Math.round(amount * 10) / 10) : String(Math.round(amount));
}

function cellText({ table, cell, expected, unit, tolerance, source }: PaperCell): string {
  const accepted = tolerance === undefined ? '' : `; reproduced here means within ±${tolerance}`;
  const number = expected === null ? 'not available to us' : `${expected} ${unit}, ${source}${accepted}`;
  return `Published (${table}/${cell}): ${number}`;
}
