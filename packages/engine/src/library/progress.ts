import cliProgress from 'cli-progress';
import { formatBytes } from './wheel.ts';

/** How a long fetch tells what it is doing. */
export interface Progress {
  /** Says something in one line. */
  line(text: string): void;
  /** Begins a part of the work of `total` bytes. */
  start(label: string, total: number): void;
  /** Bytes of the current part that are done. */
  update(done: number): void;
  /** Ends the current part, finished or not. */
  stop(): void;
}

/** A bar on a terminal, a line for every tenth elsewhere; on standard error, since standard output may be data. */
export function progressOn(stream: NodeJS.WriteStream = process.stderr): Progress {
  return stream.isTTY ? bar(stream) : lines(stream);
}

function bar(stream: NodeJS.WriteStream): Progress {
  let current: cliProgress.SingleBar | undefined;
  return {
    line: (text) => void stream.write(`${text}\n`),
    start(label, total) {
      current = new cliProgress.SingleBar(
        {
          stream,
          format: `${label} [{bar}] {percentage} % of ${formatBytes(total)}, {eta_formatted} left`,
        },
        cliProgress.Presets.legacy,
      );
      current.start(total, 0);
    },
    update: (done) => current?.update(done),
    stop: () => current?.stop(),
  };
}

function lines(stream: NodeJS.WriteStream): Progress {
  let label = '';
  let total = 0;
  let said = 0;
  return {
    line: (text) => void stream.write(`${text}\n`),
    start(of, bytes) {
      [label, total, said] = [of, bytes, 0];
      stream.write(`${label}: ${formatBytes(total)}\n`);
    },
    update(done) {
      const tenth = total === 0 ? 10 : Math.floor((done / total) * 10);
      if (tenth <= said) return;
      said = tenth;
      stream.write(`${label}: ${tenth * 10} %\n`);
    },
    stop: () => undefined,
  };
}
