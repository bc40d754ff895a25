import { MultiBar, Presets, type Options, type SingleBar } from 'cli-progress';
import { barText, LINE_EVERY_MS } from './bar.ts';
import { duration } from './time-left.ts';

/** Told how many of something are done. */
export type Counts = (what: string, done: number, total: number) => void;

/**
 * Shows how far something is that is told in counts: bars on a terminal, a plain line every ten seconds elsewhere.
 *
 * @param title of what is counted, by its name.
 */
export function showCounts(
  title: (what: string) => string,
  out: NodeJS.WriteStream = process.stderr,
  now: () => number = () => performance.now(),
): Counts {
  return out.isTTY ? countBars(title, out) : countLines(title, out, now);
}

function countBars(title: (what: string) => string, stream: NodeJS.WriteStream) {
  let all: MultiBar | undefined;
  const bars = new Map<string, SingleBar>();
  const format: Options['format'] = (_, { value, total, eta }, { named }: { named: string }) => {
    const left = Number.isFinite(eta) && value > 0 ? `${duration(1000 * eta)} left` : '';
    return barText(stream, { title: named, done: value, total, extra: [], kept: [left] });
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
