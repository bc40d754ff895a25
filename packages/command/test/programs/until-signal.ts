import { setTimeout as sleep } from 'node:timers/promises';
import { listenFirst } from '../../src/first-line.ts';

/**
 * Begins as the command does, and says on standard output when it listens and when it is ready, waits for a request, and then writes
 * something for half a second, as a run writes its result. Its exit code is that of the request.
 */

listenFirst();
console.log('listening');
const { watchingInterrupt } = await import('../../src/interrupt.ts');
if (process.argv[2] === 'late') await sleep(300);
await watchingInterrupt(
  (line) => console.error(line),
  (interrupt) =>
    interrupt.during(async () => {
      console.log('ready');
      while (!interrupt.requested()) await sleep(5);
      await interrupt.finishing(async () => {
        console.log('writing');
        await sleep(700);
        console.log('written');
      });
      process.exit(interrupt.exitCode());
    }),
);
