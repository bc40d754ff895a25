// @ts-check

// How processes are looked after, whoever asks them. Plain JavaScript: `watch-thread.js` says why.

/** @typedef {import('./watch-peers.ts').Peer} Peer */
/**
 * What a process answers: which start of it that is. Or why there is no answer: nobody is there, or nothing came in time.
 *
 * @typedef {{ readonly start: string } | { readonly start?: undefined, readonly silent: boolean }} Heard
 */
/**
 * @typedef {object} Watching
 * @property {readonly Peer[]} peers the other processes
 * @property {number} own the number of this one
 * @property {number} joinSeconds in which all have to be there
 * @property {(peer: Peer) => Promise<Heard>} ask answers within `ANSWERS_MS`
 * @property {(line: string) => void} say of whom is waited for
 */
/** @typedef {'silent' | 'gone' | 'anew' | 'absent'} Fault */
/** @typedef {Peer & { seen?: string, asked?: 'again', fault?: Fault }} Looked */

/** Milliseconds in which a process has to answer, twice. */
export const ANSWERS_MS = 3500;
/** Milliseconds between two looks at one, and between two lines of whom is waited for. */
const EVERY_MS = 1000;
const SAYS_MS = 15_000;
/** Milliseconds that lie between those that fail together and fail at once. */
const TOGETHER_MS = 100;

/** @param {number} ms @returns {Promise<void>} */
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** @param {readonly Peer[]} peers */
const named = (peers) => peers.map(({ rank, host }) => `process ${rank} (${host})`).join(', ');

/**
 * Looks at all others side by side, again and again, until one is gone that was there, was started anew, does not answer
 * twice, or has not come in time. Those that fail within a second of it are named with it.
 *
 * @param {Watching} watching
 * @returns {Promise<string>} what is said of them
 */
export async function goneOf({ peers, own, joinSeconds, ask, say }) {
  /** @type {Looked[]} */
  const all = peers.map((peer) => ({ ...peer }));
  const until = performance.now() + 1000 * joinSeconds;
  const looks = all.map((one) => faultOf(one, ask, until));
  const over = new AbortController();
  void sayAwaited(all, { own, joinSeconds, say, signal: over.signal });
  const first = await Promise.race(looks);
  over.abort();
  await pause(TOGETHER_MS);
  if (first === 'absent') for (const one of all) if (one.seen === undefined) one.fault = 'absent';
  const doubtful = looks.filter((_, i) => all[i]?.asked === 'again');
  if (doubtful.length > 0) await Promise.race([Promise.all(doubtful), pause(EVERY_MS)]);
  return ['silent', 'gone', 'anew', 'absent']
    .map((fault) => faultText(/** @type {Fault} */ (fault), all, joinSeconds))
    .filter((text) => text !== undefined)
    .join('; ');
}

/**
 * @param {Looked} one @param {Watching['ask']} ask @param {number} until
 * @returns {Promise<Fault>}
 */
async function faultOf(one, ask, until) {
  while (one.fault === undefined) {
    await pause(EVERY_MS);
    let heard = await ask(one);
    if (heard.start === undefined && one.seen !== undefined) {
      one.asked = 'again';
      heard = await ask(one);
      delete one.asked;
    }
    if (heard.start !== undefined) {
      one.seen ??= heard.start;
      if (one.seen !== heard.start) one.fault = 'anew';
    } else if (one.seen !== undefined) one.fault = heard.silent ? 'silent' : 'gone';
    else if (performance.now() >= until) one.fault = 'absent';
  }
  return one.fault;
}

/**
 * Of those that are there, the one with the lowest number says which are not.
 *
 * @param {readonly Looked[]} all
 * @param {Pick<Watching, 'own' | 'joinSeconds' | 'say'> & { readonly signal: AbortSignal }} how
 */
async function sayAwaited(all, { own, joinSeconds, say, signal }) {
  for (let ms = SAYS_MS; ; ms += SAYS_MS) {
    await pause(SAYS_MS);
    const missing = all.filter(({ seen }) => seen === undefined);
    if (missing.length === 0 || signal.aborted) return;
    if (all.some(({ seen, rank }) => seen !== undefined && rank < own)) continue;
    say(`waiting for ${named(missing)}: not there after ${ms / 1000} seconds, of ${joinSeconds} at most`);
  }
}

/** @param {Fault} fault @param {readonly Looked[]} all @param {number} joinSeconds */
function faultText(fault, all, joinSeconds) {
  const these = all.filter((one) => one.fault === fault);
  if (these.length === 0) return undefined;
  const [has, is, was] = these.length === 1 ? ['has', 'is', 'was'] : ['have', 'are', 'were'];
  const how = {
    silent: `${has} not answered for ${(2 * ANSWERS_MS) / 1000} seconds`,
    gone: `${is} gone`,
    anew: `${was} started anew`,
    absent: `${has} not come within ${joinSeconds} seconds`,
  };
  return `${named(these)} ${how[fault]}`;
}
