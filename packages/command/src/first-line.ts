import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { isatty } from 'node:tty';

/** Whether SIGUSR1 came before anybody was there to save for it. */
let came = false;

/**
 * Listens to what would end this process, or open it to a debugger, before anything else is loaded; a program calls it
 * in its first line.
 *
 * SIGUSR1, which Slurm sends before a job's time is over, opens Node's inspector unless somebody listens. A terminal that
 * is gone, or a reader of the output that is, makes writing an error; what is said is then lost, and nothing else.
 */
export function listenFirst(): void {
  process.on('SIGUSR1', () => void (came = true));
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const terminals = [0, 1, 2].filter((file) => isatty(file));
  process.on('exit', () => terminals.forEach(letGo));
}

/** Whether a signal has come already. */
export function cameFirst(): boolean {
  return came;
}

/** Node.js resets terminals when it ends, and aborts where one is gone: the exit code would be that of a crash. */
function letGo(file: number): void {
  if (isatty(file)) return;
  closeSync(file);
  // Takes the number that has become free.
  openSync(devNull, 'r+');
}
