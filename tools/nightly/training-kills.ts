import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { draws, key } from '@spatial-ensemble/random';
import { readResults } from '@spatial-ensemble/store';
import { start, type Child } from './child.ts';
import type { Guarantee } from './guarantee.ts';

/** One of each method; the latter two with their linear evaluations. */
const EXPERIMENTS = ['quickstart', 'byol-imagenet', 'moco-imagenet'] as const;

const KILLS = 3;

/**
 * The real command, in its smoke form: killed by SIGKILL at random moments and started again, its results have the bytes
 * of those of a command that was left alone.
 */
export function trainingKills(): Guarantee {
  const stores = mkdtempSync(join(tmpdir(), 'training-kills-'));
  const alone = new Map<string, number>();
  return {
    name: 'kills in training survived, to the bit',
    async round(n) {
      // `!`: a remainder is an index.
      const name = EXPERIMENTS[n % EXPERIMENTS.length]!;
      const [whole, parts] = [join(stores, `${name}-whole`), join(stores, `${name}-parts`)];
      if (!alone.has(name)) {
        const began = performance.now();
        const { code } = await command(name, whole).ended;
        if (code !== 0) return { tried: 1, failures: [`${name} ends with ${code} by itself`] };
        alone.set(name, performance.now() - began);
      }
      const draw = draws(key('training kills').fold(n));
      for (let kill = 0; kill < KILLS; kill++) {
        const child = command(name, parts);
        // `!`: it was set above.
        await Promise.race([child.ended, sleep(draw.uniform() * alone.get(name)!)]);
        child.process.kill('SIGKILL');
        await child.ended;
      }
      const { code } = await command(name, parts).ended;
      const failures = code === 0 ? [] : [`${name}, round ${n}: it ends with ${code} once it is left alone`];
      const results = await readResults(whole);
      for (const { file } of results) {
        const other = join(parts, basename(dirname(dirname(file))), basename(dirname(file)), 'result.json');
        if (!existsSync(other) || !readFileSync(other).equals(readFileSync(file)))
          failures.push(`${name}, round ${n}: ${other} is not ${file}`);
      }
      if (failures.length === 0) rmSync(parts, { recursive: true });
      return { tried: KILLS, failures: failures.slice(0, KILLS) };
    },
    close: () => rmSync(stores, { recursive: true, force: true }),
  };
}

function command(name: string, store: string): Child {
  const args = ['run', `experiments/${name}.experiment.ts`, '--tier', 'smoke', '--arm', 'sts', '--seed', '1'];
  return start('packages/command/bin/spatial-ensemble.js', args, { ...process.env, SPATIAL_ENSEMBLE_RUNS: store });
}
