import { drawBar, eraseBar, LINE_EVERY_MS, DRAW_EVERY_MS, type BarParts } from './bar.ts';
import type { LoopProgress } from '@spatial-ensemble/training';
import { timeLeft } from './time-left.ts';

/** Shows how far a run is. */
export interface ProgressDisplay {
  update(progress: LoopProgress): void;
  /** How many of the images that are looked at without training have been done. */
  look(done: number, total: number): void;
  /** Takes the bar off the terminal, so that lines can be written; what is told later puts it there again. */
  stop(): void;
}

/**
 * A bar with the time left on a terminal; elsewhere a plain line every ten seconds, and after the last step.
 *
 * @param now milliseconds on a clock that only goes forward.
 */
export function showProgress(
  title: string,
  out: NodeJS.WriteStream = process.stderr,
  now: () => number = () => performance.now(),
): ProgressDisplay {
  return out.isTTY ? bar(title, out, now) : lines(title, out, now);
}

/** `12.3 ms a step, 0.4 % of it waiting for images`; empty until a step has been timed. */
export function describeTiming({ stepMs, waitShare }: Pick<LoopProgress, 'stepMs' | 'waitShare'>): string {
  if (stepMs === undefined || waitShare === undefined) return '';
  return `${stepMs.toFixed(1)} ms a step, ${(100 * waitShare).toFixed(1)} % of it waiting for images`;
}

/** The same in parts, the more important first. */
function timingParts({ stepMs, waitShare }: LoopProgress): string[] {
  if (stepMs === undefined || waitShare === undefined) return [];
  return [`${stepMs.toFixed(1)} ms a step`, `${(100 * waitShare).toFixed(1)} % waiting for images`];
}

function shownText(shown: LoopProgress['shown']): string {
  if (shown === undefined) return '';
  const { title, value } = shown;
  return `${title} ${Math.abs(value) < 1e5 ? value.toFixed(3) : value.toExponential(2)}`;
}

function describe(progress: LoopProgress, left: string): string {
  return [shownText(progress.shown), describeTiming(progress), left].filter((part) => part !== '').join(', ');
}

function bar(title: string, stream: NodeJS.WriteStream, now: () => number): ProgressDisplay {
  let left = timeLeft(now);
  let drawnAt = -Infinity;
  let drawn = false;
  const draw = (parts: Omit<BarParts, 'title'>): void => {
    drawBar(stream, { title, ...parts });
    drawnAt = now();
    drawn = true;
  };
  const isDue = (): boolean => now() - drawnAt >= DRAW_EVERY_MS;
  return {
    update(progress) {
      const { step, steps, shown } = progress;
      const rest = left(progress);
      if (!isDue() && step !== steps) return;
      draw({ done: step, total: steps, extra: timingParts(progress), kept: [shownText(shown), rest] });
    },
    look(done, total) {
      if (isDue()) draw({ done, total, extra: ['without training'], kept: ['images looked at'] });
    },
    stop() {
      if (drawn) eraseBar(stream);
      // Whoever goes on may have waited for an answer; that is no part of a step's time.
      [drawn, drawnAt, left] = [false, -Infinity, timeLeft(now)];
    },
  };
}

function lines(title: string, out: NodeJS.WriteStream, now: () => number): ProgressDisplay {
  const left = timeLeft(now);
  let written = now();
  return {
    update(progress) {
      const text = left(progress);
      if (now() - written < LINE_EVERY_MS && progress.step !== progress.steps) return;
      written = now();
      out.write(`${title}: step ${progress.step} of ${progress.steps}, ${describe(progress, text)}\n`);
    },
    look(done, total) {
      if (now() - written < LINE_EVERY_MS) return;
      written = now();
      out.write(`${title}: ${lookText(done, total)}\n`);
    },
    stop: () => undefined,
  };
}

function lookText(done: number, total: number): string {
  return `looking at images without training, ${done.toLocaleString('en-US')} of ${total.toLocaleString('en-US')}`;
}
