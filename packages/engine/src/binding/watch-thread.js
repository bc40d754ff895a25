// @ts-check
import { writeSync } from 'node:fs';
import { setTimeout as after } from 'node:timers/promises';
import { workerData } from 'node:worker_threads';
import koffi from 'koffi';
import { askingWithin } from './ask-peer.js';
import { ANSWERS_MS, goneOf } from './look-after.js';
import { silentFor, toldIn } from './silence.js';

// A thread that looks after the other processes of a cluster, whatever the main thread does meanwhile. Plain JavaScript: a
// thread does not inherit the main thread's loader of TypeScript. What it is for says `watch-peers.ts`.

/** @typedef {import('./watch-peers.ts').Watched} Watched */

const { cc, context, peers, own, joinSeconds, advice, endsProcess, activity, silentSeconds } = /** @type {Watched} */ (
  workerData
);

/** Milliseconds between two looks at this process's own main thread. */
const EVERY_MS = 1000;
/** Milliseconds that the process has to end in. */
const ENDS_MS = 3000;
/** Of `tensorflow/c/tf_status.h`. */
const UNAVAILABLE = 14;

/** @param {string} line */
const say = (line) => void writeSync(2, `${line}\n`);

/** @param {string} why */
function endProcess(why) {
  say(why);
  koffi.load(null).func('void _exit(int code)')(1);
}

if (activity !== undefined) {
  const told = new Int32Array(activity);
  const isSilent = silentFor(silentSeconds);
  setInterval(() => {
    if (!isSilent(toldIn(told))) return;
    endProcess(
      `process ${own} hangs: its program has not gone on for ${silentSeconds} seconds, nor waited for another: ${advice}`,
    );
  }, EVERY_MS);
}

const gone = await goneOf({ peers, own, joinSeconds, ask: askingWithin(ANSWERS_MS), say });
const message = `${gone}: ${advice}`;
const library = koffi.load(cc);
const status = library.func('void *TF_NewStatus()')();
library.func('void TF_SetStatus(void *status, int code, const char *msg)')(status, UNAVAILABLE, message);
library.func('void TFE_AbortCollectiveOps(void *ctx, void *status)')(context, status);
if (endsProcess) {
  await after(ENDS_MS);
  endProcess(message);
}
// Of the thread alone.
process.exit();
