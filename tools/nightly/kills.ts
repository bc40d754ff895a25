import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { draws, key } from '@spatial-ensemble/random';
import { faultLibrary, faultsIn } from '../vitest/disk-faults.ts';
import { bundled } from './bundled.ts';
import { start } from './child.ts';
import type { Guarantee } from './guarantee.ts';
import { wrongWith } from './known-run.ts';

/** A save takes about twenty calls of the system that change files. */
const CALLS = 60;

/**
 * A run that is killed by SIGKILL, and gone on with, again and again: at random moments, and before a certain call of
 * the system where a library that does it can be had.
 *
 * @param times in a round.
 */
export function kills(times = 4): Guarantee {
  const library = faultLibrary();
  const saves = bundled('tools/nightly/programs/saves.ts');
  return {
    name: 'kills survived',
    async round(n) {
      const folder = join(mkdtempSync(join(tmpdir(), 'kills-')), 'run');
      const draw = draws(key('kills').fold(n));
      const failures: string[] = [];
      let said = 0;
      for (let kill = 0; kill < times; kill++) {
        const at = 1 + draw.int(CALLS);
        const byCall = typeof library !== 'string' && draw.boolean(0.5);
        const delay = draw.int(150);
        const env = byCall ? { ...library.environment, ...faultsIn(folder, 'KILL', at) } : process.env;
        const child = start(saves.program, [folder], env);
        if (!byCall) {
          await child.says('ready');
          await sleep(delay);
          child.process.kill('SIGKILL');
        }
        await child.ended;
        said = Math.max(said, ...[...child.said().matchAll(/^saved (\d+)$/gm)].map(([, step]) => Number(step)));
        const wrong = await wrongWith(folder, said);
        if (wrong !== undefined) failures.push(`round ${n}, kill ${kill} (${byCall ? `call ${at}` : `${delay} ms`}): ${wrong}`); // prettier-ignore
      }
      rmSync(join(folder, '..'), { recursive: true });
      return { tried: times, failures };
    },
    close() {
      saves.remove();
      if (typeof library !== 'string') library.remove();
    },
  };
}
