import { Presets, SingleBar } from 'cli-progress';
import type { LoopProgress } from '../run/loop.ts';

/** Shows how far a run is. */
export interface ProgressDisplay {
  update(progress: LoopProgress): void;
  stop(): void;
}

function minutes(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

const LINE_EVERY_MS = 15_000;

/** A bar with the time left on a terminal, a plain line every 15 seconds elsewhere. */
export function showProgress(title: string, out: NodeJS.WriteStream = process.stderr): ProgressDisplay {
  let first: LoopProgress | undefined;
  const left = ({ step, steps, startedAt }: LoopProgress): string => {
    const done = step - (first?.step ?? 0);
    return done < 3 ? '' : `, ${minutes(((performance.now() - (firstAt ?? startedAt)) / done) * (steps - step))} left`;
  };
  let firstAt: number | undefined;
  const remember = (progress: LoopProgress): void => {
    if (first !== undefined) return;
    first = progress;
    firstAt = performance.now();
  };
  const describe = (progress: LoopProgress): string => `loss ${progress.loss?.toFixed(3) ?? '–'}${left(progress)}`;
  if (out.isTTY) {
    const bar = new SingleBar({ format: `${title} {bar} {value}/{total}  {text}`, stream: out, hideCursor: true, clearOnComplete: false }, Presets.shades_classic);
    let started = false;
    return {
      update(progress) {
        remember(progress);
        if (!started) bar.start(progress.steps, progress.step, { text: '' });
        started = true;
        bar.update(progress.step, { text: describe(progress) });
      },
      stop: () => bar.stop(),
    };
  }
  let lastLine = performance.now();
  return {
    update(progress) {
      remember(progress);
      const now = performance.now();
      if (now - lastLine < LINE_EVERY_MS && progress.step !== progress.steps) return;
      lastLine = now;
      out.write(`${title}: step ${progress.step} of ${progress.steps}, ${describe(progress)}\n`);
    },
    stop: () => undefined,
  };
}
