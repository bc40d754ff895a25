import { setTimeout as sleep } from 'node:timers/promises';
import { constants } from 'node:os';
import { draws, key } from '@spatial-ensemble/random';
import { start } from './child.ts';
import type { Guarantee } from './guarantee.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR1'] as const;

/** A signal while something runs, and Ctrl-C while its result is written: it ends as asked, and the result is there. */
export const signals: Guarantee = {
  name: 'signals',
  async round(n) {
    const draw = draws(key('signals').fold(n));
    // `!`: a remainder is an index.
    const signal = SIGNALS[n % SIGNALS.length]!;
    const [before, between] = [draw.int(200), 550 + draw.int(100)];
    const child = start('packages/command/test/programs/until-signal.ts', []);
    await child.says('ready');
    await sleep(before);
    child.process.kill(signal);
    await child.says('writing');
    await sleep(between);
    child.process.kill('SIGINT');
    const { code } = await child.ended;
    const holds = code === 128 + constants.signals[signal] && child.said().includes('written');
    return { tried: 1, failures: holds ? [] : [`${signal} after ${before} ms: exit code ${code}; ${child.said()}`] };
  },
};
