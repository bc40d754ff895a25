import type { Cost, Headline, PaperCell, Study } from '@spatial-ensemble/record';
import { declaredCost } from './cost.ts';
import { sweptText } from './grid.ts';
import { first, named } from './named.ts';
import type { ResolvedRun } from './resolved-run.ts';

/** What is said before anything is loaded: what is run, what it costs, and what is published about it. */
export function announce(study: Study, runs: readonly ResolvedRun[]): string[] {
  const { tier, variant, evaluations } = first(runs);
  const setting = [tier, ...(variant === undefined ? [] : [named(study.variants, variant).title])].join(', ');
  return [
    study.title,
    `${runs.length} ${runs.length === 1 ? 'run' : 'runs'} (${setting})${tier === 'smoke' ? ', seconds each; their accuracies mean nothing' : `; ${costText(study, runs)}`}`,
    ...gridLines(runs),
    ...(evaluations.length === 0
      ? []
      : [
          `Each is then evaluated: ${evaluations.map(({ evaluation }) => named(study.evaluations, String(evaluation)).title).join('; ')}`,
        ]),
    ...(tier === 'paper'
      ? study.paper
          .filter((cell) => cell.variant === undefined || cell.variant === variant)
          .map((cell) => cellText(cell, study.headline))
      : []),
  ];
}

/** What is swept, and that nothing is decided by it. */
function gridLines(runs: readonly ResolvedRun[]): string[] {
  const { swept } = first(runs);
  if (swept === undefined) return [];
  const { keys } = swept.grid;
  const values = keys.map((key, i) => {
    const texts = runs.flatMap((run) => (run.swept === undefined ? [] : [JSON.stringify(run.swept.values[i])]));
    return `${key} ${[...new Set(texts)].join(', ')}`;
  });
  const points = new Set(runs.flatMap((run) => (run.swept === undefined ? [] : [sweptText(run.swept)]))).size;
  return [`A grid of ${points} points: ${values.join('; ')}. Exploratory: no claim of the study rests on it.`];
}

function costText(study: Study, runs: readonly ResolvedRun[]): string {
  const cost = declaredCost(study, first(runs));
  const lengths = declaredLengths(runs);
  const amounts = amountsText(cost, lengths);
  const set = amounts === '' || lengths === runs.length ? '' : '; by the steps of --set';
  return `${amounts === '' ? '' : `${amounts} `}on ${cost.hardware} (${cost.basis}${set})`;
}

/** How many declared runs the steps of runs are worth. What else `--set` changes is told once a step can be traced. */
export function declaredLengths(runs: readonly ResolvedRun[]): number {
  // One that takes no step is no shorter for what was changed.
  const length = (steps: number, declared: number): number => (steps === declared ? 1 : steps / declared);
  return runs.reduce((sum, { steps, changed }) => sum + length(steps, changed?.declaredSteps ?? steps), 0);
}

/**
 * `about 18 GPU hours or 6 minutes`; empty where neither is declared.
 *
 * @param runs how many declared runs it is worth
 */
export function amountsText({ gpuHours, cpuMinutes }: Cost, runs: number): string {
  const amounts = [
    ...(gpuHours === undefined ? [] : [`${rounded(gpuHours * runs)} GPU hours`]),
    ...(cpuMinutes === undefined ? [] : [minutesText(cpuMinutes * runs)]),
  ];
  return amounts.length === 0 ? '' : `about ${amounts.join(' or ')}`;
}

function minutesText(minutes: number): string {
  return minutes < 0.1 ? `${rounded(60 * minutes)} seconds` : `${rounded(minutes)} minutes`;
}

function rounded(amount: number): string {
  return amount < 10 ? String(Math.round(amount * 10) / 10) : String(Math.round(amount));
}

function cellText(paper: PaperCell, headline: Headline): string {
  const { table, cell, expected, unit, source } = paper;
  const number =
    expected === null ? 'not available to us' : `${expected} ${unit}, ${source}; ${acceptedText(paper, headline)}`;
  return `Published (${table}/${cell}): ${number}`;
}

/** What is called reproduced. */
function acceptedText({ tolerance, spread, rule }: PaperCell, headline: Headline): string {
  if (rule !== undefined && rule !== headline.rule) return `not judged, being ${rule}`;
  if (tolerance !== undefined) return `reproduced here means within ±${tolerance.value} (${tolerance.source})`;
  if (spread === undefined) return 'not judged, since no tolerance and no spread is published';
  const { runs, standardDeviation } = spread;
  return `reproduced here means within both sides' 95 % half-widths together (theirs of ${runs} runs, sd ${standardDeviation}: ${spread.source})`;
}
