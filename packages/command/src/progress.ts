import { MultiBar, Presets, type Options, type SingleBar } from 'cli-progress';
import { barLine, type BarParts } from './bar-line.ts';
import type { LoopProgress } from '@spatial-ensemble/training';

/** Shows how far a run is. */
export interface ProgressDisplay {
  update(progress: LoopProgress): void;
  /** How many of the images that are looked at without training have been done. */
  look(done: number, total: number): void;
  /** Takes the bar off the terminal, so that lines can be written; what is told later puts it there again. */
  stop(): void;
}

const LINE_EVERY_MS = 10_000;
const DRAW_EVERY_MS = 100;
const CLEAR_TO_END = '\u001b[K';

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
    stream.write(`\r${barLine(columnsOf(stream), { title, ...parts })}${CLEAR_TO_END}`);
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
      if (drawn) stream.write(`\r${CLEAR_TO_END}`);
      // Whoever goes on may have waited for an answer; that is no part of a step's time.
      [drawn, drawnAt, left] = [false, -Infinity, timeLeft(now)];
    },
  };
}

function columnsOf({ columns }: NodeJS.WriteStream): number {
  return columns > 0 ? columns : 80;
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

/**
 * Shows how far something is that is told in counts: bars on a terminal, a plain line every ten seconds elsewhere.
 *
 * @param title of what is counted, by its name.
 */
export function showCounts(
  title: (what: string) => string,
  out: NodeJS.WriteStream = process.stderr,
  now: () => number = () => performance.now(),
): (what: string, done: number, total: number) => void {
  return out.isTTY ? countBars(title, out) : countLines(title, out, now);
}

function countBars(title: (what: string) => string, stream: NodeJS.WriteStream) {
  let all: MultiBar | undefined;
  const bars = new Map<string, SingleBar>();
  const format: Options['format'] = (_, { value, total, eta }, { named }: { named: string }) => {
    const left = Number.isFinite(eta) && value > 0 ? `${duration(1000 * eta)} left` : '';
    return barLine(columnsOf(stream), { title: named, done: value, total, extra: [], kept: [left] });
  };
  return (what: string, done: number, total: number): void => {
    all ??= new MultiBar({ format, stream, hideCursor: true, gracefulExit: false }, Presets.shades_classic);
    const shown = bars.get(what) ?? all.create(total, 0, { named: title(what) });
    bars.set(what, shown);
    shown.update(done);
    if (done < total) return;
    bars.delete(what);
    if (bars.size > 0) return;
    all.stop();
    all = undefined;
  };
}

function countLines(title: (what: string) => string, out: NodeJS.WriteStream, now: () => number) {
  let written = now();
  return (what: string, done: number, total: number): void => {
    if (now() - written < LINE_EVERY_MS) return;
    written = now();
    out.write(`${title(what)}: ${done} of ${total}\n`);
  };
}

/** The time left, by the wall time of the steps since the first that was shown: measuring and saving are part of it. */
function timeLeft(now: () => number): (progress: LoopProgress) => string {
  let first: { readonly step: number; readonly at: number } | undefined;
  return ({ step, steps }) => {
    first ??= { step, at: now() };
    const done = step - first.step;
    return done < 3 || step === steps ? '' : `${duration(((now() - first.at) / done) * (steps - step))} left`;
  };
}

/** `0:07`, `12:30`, `26:05:00`. */
function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  const two = (part: number): string => String(part % 60).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes}:${two(seconds)}` : `${Math.floor(minutes / 60)}:${two(minutes)}:${two(seconds)}`;
}
