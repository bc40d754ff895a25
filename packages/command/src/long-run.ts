import { createInterface } from 'node:readline/promises';
import { sizeText } from '@spatial-ensemble/files';
import { hoursText, runFlops, type StepFlops } from '@spatial-ensemble/study';
import type { Pace } from '@spatial-ensemble/training';
import type { ResolvedRun } from './experiment.ts';

/** Steps that are measured before a plan is made, after the first one, which is traced. */
export const MEASURED_STEPS = 20;

const MS_PER_HOUR = 3_600_000;

/** What a run's first steps say of all that was asked for. */
export interface LongRunPlan {
  /** Hours that are left of this run. */
  readonly left: number;
  readonly lines: readonly string[];
}

/** What is known when a plan is made. */
export interface Measured {
  readonly run: ResolvedRun;
  readonly pace: Pace;
  /** Milliseconds a step of runs of other kinds, by evaluation, where one was measured before. */
  readonly paces: ReadonlyMap<string | undefined, number>;
  /** The runs that are not begun yet. */
  readonly later: readonly ResolvedRun[];
  /** Operations of a step; empty where evaluations could not be counted. */
  readonly flops: StepFlops;
  /** Most memory that the process has held, in MiB. */
  readonly peakMemoryMb: number;
}

/**
 * A plan from measured steps. A run of a kind that was not measured is taken to do as many operations in a second as
 * this one, if this one is no evaluation: a linear layer takes its time for other things than arithmetic. Measuring and
 * saving are not in it.
 */
export function planFrom({ run, pace, paces, later, flops, peakMemoryMb }: Measured): LongRunPlan {
  const hours = (steps: number, stepMs = pace.stepMs): number => (steps * stepMs) / MS_PER_HOUR;
  const here = flops.get(run.evaluation);
  const hoursOf = (one: ResolvedRun): number | undefined => {
    if (one.evaluation === run.evaluation) return hours(one.steps);
    const known = paces.get(one.evaluation);
    if (known !== undefined) return hours(one.steps, known);
    if (run.evaluation !== undefined) return undefined;
    if (here === undefined || here === 0 || !flops.has(one.evaluation)) return undefined;
    return (hours(1) * runFlops(flops, one)) / here;
  };
  const left = hours(pace.left);
  const others = later.map(hoursOf);
  const uncounted = others.filter((one) => one === undefined).length;
  const total = others.reduce<number>((sum, one) => sum + (one ?? 0), left);
  const of = later.length === 0 ? '' : `, ${hoursText(total)} with the ${later.length} after it`;
  const but = uncounted === 0 ? '' : ` (${uncounted} of another kind not counted)`;
  return {
    left,
    lines: [
      `Plan from ${MEASURED_STEPS} measured steps (${pace.stepMs.toFixed(1)} ms each): ${hoursText(left)} left of this run${of}${but}; ` +
        `memory at its peak ${memoryText(peakMemoryMb)}; a checkpoint has ${sizeText(pace.checkpointBytes)}.`,
    ],
  };
}

/** What is said of a run that would take longer than it may. */
export function tooLong(title: string, left: number, maxHours: number): string {
  return (
    `${title}: ${hoursText(left)} are left by this plan, more than the ${maxHours} h that a run may take unasked. ` +
    `Its first steps are saved, and nothing is lost. To go on: the same command with --max-hours ${Math.ceil(left * 1.2)}.`
  );
}

/** Asks on a terminal; anything but yes is no, and so are Ctrl-C, a signal, and a terminal that is gone. */
export async function askToGoOn(
  question: string,
  signal: AbortSignal,
  input: NodeJS.ReadableStream = process.stdin,
  output: NodeJS.WritableStream = process.stderr,
): Promise<boolean> {
  const terminal = createInterface({ input, output });
  try {
    const answer = await new Promise<string>((resolve) => {
      terminal.once('close', () => resolve('no'));
      terminal.once('SIGINT', () => resolve('no'));
      terminal.once('error', () => resolve('no'));
      void terminal.question(`${question} [y/N] `, { signal }).then(resolve, () => resolve('no'));
    });
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}

function memoryText(mebibytes: number): string {
  return mebibytes < 1024 ? `${Math.round(mebibytes)} MiB` : `${(mebibytes / 1024).toFixed(1)} GiB`;
}

/** A question on the terminal; undefined where there is none. */
export function terminalQuestion(signal: AbortSignal): ((question: string) => Promise<boolean>) | undefined {
  return process.stdin.isTTY && process.stderr.isTTY ? (question) => askToGoOn(question, signal) : undefined;
}
