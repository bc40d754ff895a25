/**
 * Fetches in a process of its own, for tests of several processes and of killed ones:
 *
 *     node --import tsx fetch-in-a-process.ts DEVICE [KILL]
 *
 * Reads the builds as JSON on standard input. KILL is the word whose appearance in the progress ends the process at
 * once, as `kill -9` does; `mid:` before it lets half of that part be done first.
 */
import { text } from 'node:stream/consumers';
import { findLibrary } from '../../src/library/index.ts';
import type { PinnedBuilds } from '../../src/library/wheel.ts';
import { LINUX } from './wheels.ts';

const [device, kill = ''] = process.argv.slice(2);
const midway = kill.startsWith('mid:');
const word = midway ? kill.slice(4) : kill;
let half = Infinity;

function die(): void {
  process.kill(process.pid, 'SIGKILL');
}

const library = await findLibrary({
  device: device as 'cpu' | 'gpu',
  host: LINUX,
  builds: JSON.parse(await text(process.stdin)) as PinnedBuilds,
  nvidiaDriver: () => (device === 'gpu' ? '580.65.06' : undefined),
  progress: {
    line: (said) => console.error(said),
    start(label, total) {
      console.error(label);
      if (word === '' || !label.includes(word)) return;
      if (!midway) die();
      half = total / 2;
    },
    update: (done) => void (done >= half && die()),
    stop: () => undefined,
  },
});
console.log(JSON.stringify(library));
