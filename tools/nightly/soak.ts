import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Held } from '../../packages/command/test/soaked.ts';
import { start } from './child.ts';
import { grown, SAMPLES } from './grown.ts';
import type { Guarantee } from './guarantee.ts';

/**
 * Training steps through the real command, in one process: it holds no more at the end than after its start.
 *
 * @param milliseconds for all rounds together; how many steps are taken in them is said
 * @param steps of a round, at most
 */
export function soak(milliseconds: number, steps = 100_000): Guarantee {
  const end = performance.now() + milliseconds;
  const growths: number[] = [];
  let isConstant = true;
  return {
    name: 'soak',
    ...(process.platform !== 'linux' && { missing: 'what a process holds is read from /proc, which Linux has' }),
    async round(n) {
      const place = mkdtempSync(join(tmpdir(), 'soak-'));
      const left = Math.max(0, end - performance.now());
      const child = start('tools/nightly/programs/soak.ts', [join(place, 'runs'), String(steps), String(left)]);
      const { code, signal } = await child.ended;
      rmSync(place, { recursive: true });
      const lines = child.said().split('\n').slice(0, -1);
      const held = lines.map((line) => JSON.parse(line) as Held);
      const taken = held.at(-1)?.step ?? 0;
      if (code !== 0) return { tried: taken, failures: [`round ${n}: it ended with ${code ?? signal} after ${taken} steps`] }; // prettier-ignore
      // A last round that its time cut short tells nothing; the ones before it do.
      if (growths.length > 0 && held.length < SAMPLES) return { tried: taken, failures: [] };
      const { growth, failures } = grown(held);
      growths.push(growth);
      if (failures.some((failure) => !failure.startsWith('RSS'))) isConstant = false;
      return { tried: taken, failures: failures.map((failure) => `round ${n}: ${failure}`) };
    },
    summary({ tried }) {
      const most = growths.length === 0 ? NaN : Math.max(...growths);
      const handles = isConstant ? 'constant' : 'not constant';
      const growth = Number.isNaN(most) ? 'unknown' : `${most < 0 ? '' : '+'}${most.toFixed(1)} %`;
      return `soak ${tried} steps, RSS ${growth}, handles ${handles}`;
    },
  };
}
