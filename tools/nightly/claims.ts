import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { start } from './child.ts';
import type { Guarantee } from './guarantee.ts';

const PROCESSES = 4;

/** Processes that want the same run at once: exactly one has it. */
export function claims(milliseconds = 3000): Guarantee {
  return {
    name: 'claims',
    async round(n) {
      const place = mkdtempSync(join(tmpdir(), 'claims-'));
      const children = Array.from({ length: PROCESSES }, () =>
        start('tools/nightly/programs/claims.ts', [join(place, 'run'), String(milliseconds)]),
      );
      const said = await Promise.all(
        children.map(async (child) => {
          const { code } = await child.ended;
          if (code !== 0) return { claims: 1, failures: [`a process ended with ${code}`] };
          const { claims: taken, shared } = JSON.parse(child.said()) as { claims: number; shared: number };
          return { claims: taken, failures: Array.from({ length: shared }, () => 'more than one had the run') };
        }),
      );
      rmSync(place, { recursive: true });
      return {
        tried: said.reduce((sum, one) => sum + one.claims, 0),
        failures: said.flatMap(({ failures }) => failures.map((failure) => `round ${n}: ${failure}`)),
      };
    },
  };
}
