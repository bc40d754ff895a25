// @ts-check
import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import koffi from 'koffi';

// A thread that looks after the other processes of a cluster, whatever the main thread does meanwhile. Plain JavaScript: a
// thread does not inherit the main thread's loader of TypeScript. What it is for says `watch-peers.ts`.

/** @typedef {import('./watch-peers.ts').Watched} Watched */

const { cc, context, peers, advice, stop, endsProcess } = /** @type {Watched} */ (workerData);

/** Milliseconds between two looks at all others, those in which one has to answer, twice, and those to end in. */
const EVERY = 1000;
const ANSWERS = 3500;
const ENDS = 3000;
/** Of `tensorflow/c/tf_status.h`. */
const [OK, DEADLINE_EXCEEDED, UNAVAILABLE] = [0, 4, 14];

const library = koffi.load(cc);
const newStatus = library.func('void *TF_NewStatus()');
const getCode = library.func('int TF_GetCode(void *s)');
const setStatus = library.func('void TF_SetStatus(void *status, int code, const char *msg)');
const checkPeer = library.func(
  'void TFE_CollectiveOpsCheckPeerHealth(void *ctx, const char *task, int64_t timeout_in_ms, void *status)',
);
const abort = library.func('void TFE_AbortCollectiveOps(void *ctx, void *status)');
const status = newStatus();

/** @param {number} rank */
function answer(rank) {
  checkPeer(context, `/job:worker/replica:0/task:${rank}`, ANSWERS, status);
  return getCode(status);
}

/** Whether nobody has told this thread to stop within so many milliseconds. @param {number} ms */
const goesOnAfter = (ms) => Atomics.wait(stop, 0, 0, ms) === 'timed-out';

/** Looks until one is gone that was there. @returns {string | undefined} what is said of it */
function lookedUntilGone() {
  /** @type {Set<number>} */
  const seen = new Set();
  while (goesOnAfter(EVERY)) {
    for (const { rank, host } of peers) {
      let code = answer(rank);
      if (code === OK) seen.add(rank);
      else if (seen.has(rank)) code = answer(rank);
      if (code === OK || !seen.has(rank)) continue;
      const how = code === DEADLINE_EXCEEDED ? `has not answered for ${(2 * ANSWERS) / 1000} seconds` : 'is gone';
      return `process ${rank} (${host}) ${how}: ${advice}`;
    }
  }
  return undefined;
}

const gone = lookedUntilGone();
if (gone !== undefined) {
  setStatus(status, UNAVAILABLE, gone);
  abort(context, status);
  if (endsProcess && goesOnAfter(ENDS)) {
    writeSync(2, `${gone}\n`);
    koffi.load(null).func('void _exit(int code)')(1);
  }
}
