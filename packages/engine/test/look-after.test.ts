import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ANSWERS_MS, goneOf } from '../src/binding/look-after.js';

type Heard = { readonly start: string } | { readonly start?: undefined; readonly silent: boolean };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const after = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));
const there = (start = 'first'): Promise<Heard> => Promise.resolve({ start });
const refused = (): Promise<Heard> => Promise.resolve({ silent: false });
/** As a machine that is switched off. */
const silent = async (): Promise<Heard> => after(ANSWERS_MS).then(() => ({ silent: true }));
/** Answers until a moment. @param then what comes after it */
const until = (ms: number, then: () => Promise<Heard>, before = there) => {
  const from = performance.now();
  return () => (performance.now() - from < ms ? before() : then());
};

/** Process 0 looks after processes that answer so. @returns what it says of them, when, and of whom it waits for */
function watched(answers: readonly (() => Promise<Heard>)[], { own = 0, joinSeconds = 300 } = {}) {
  const from = performance.now();
  const said: string[] = [];
  const peers = answers.map((_, i) => ({ rank: i < own ? i : i + 1, host: `h${i < own ? i : i + 1}:1` }));
  let gone: string | undefined;
  let at: number | undefined;
  const ask = ({ rank }: { rank: number }) => answers[rank > own ? rank - 1 : rank]!();
  void goneOf({ peers, own, joinSeconds, ask, say: (line) => said.push(line) }).then((text) => {
    gone = text;
    at = performance.now() - from;
  });
  return { said, gone: () => gone, at: () => at };
}

test('many that stop answering at once are named together, within nine seconds, whoever else has not come', async () => {
  const answers = [...Array.from({ length: 6 }, (_, i) => until(9500 + 40 * i, silent)), there, silent, silent, silent];
  const looked = watched(answers);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(looked.gone()).toBe(
    'process 1 (h1:1), process 2 (h2:1), process 3 (h3:1), process 4 (h4:1), process 5 (h5:1), process 6 (h6:1) have not answered for 7 seconds',
  );
  expect(looked.at()! - 9500).toBeLessThan(9000);
});

test('one that is gone, and one that was started anew, are named at once', async () => {
  const looked = watched([until(2500, refused), until(2500, () => there('second')), there]);
  await vi.advanceTimersByTimeAsync(5000);
  expect(looked.gone()).toBe('process 1 (h1:1) is gone; process 2 (h2:1) was started anew');
  expect(looked.at()).toBeLessThan(4000);
});

test('one that misses a look, or comes late, is none of them', async () => {
  let looks = 0;
  const looked = watched([() => (++looks % 3 === 0 ? silent() : there()), until(70_000, there, refused)]);
  await vi.advanceTimersByTimeAsync(600_000);
  expect(looked.gone()).toBeUndefined();
  expect(looked.said).toHaveLength(4);
});

test('whoever has not come is named every 15 seconds by the first that is there, and at last in the error', async () => {
  const missing = [there, silent, refused];
  const [first, second] = [0, 1].map((own) => watched(missing, { own, joinSeconds: 60 }));
  await vi.advanceTimersByTimeAsync(59_000);
  const awaited = 'process 2 (h2:1), process 3 (h3:1)';
  expect(first!.said).toEqual(
    [15, 30, 45].map((s) => `waiting for ${awaited}: not there after ${s} seconds, of 60 at most`),
  );
  expect(second!.said).toEqual([]);
  await vi.advanceTimersByTimeAsync(7000);
  for (const each of [first!, second!]) expect(each.gone()).toBe(`${awaited} have not come within 60 seconds`);
});
