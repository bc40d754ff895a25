import { claims } from './claims.ts';
import { damagedFiles } from './damaged-files.ts';
import { diskErrors } from './disk-errors.ts';
import type { Guarantee } from './guarantee.ts';
import { kills } from './kills.ts';
import { processKills } from './process-kills.ts';
import { signals } from './signals.ts';
import { soak } from './soak.ts';
import { trainingKills } from './training-kills.ts';

/** What is tried by night, by the name that `--only` takes: made for so many milliseconds. */
export const GUARANTEES: Readonly<Record<string, (milliseconds: number) => Guarantee>> = {
  kills: () => kills(),
  training: trainingKills,
  disk: () => diskErrors(),
  signals: () => signals,
  damaged: () => damagedFiles,
  claims: () => claims(),
  processes: () => processKills(),
  soak: (milliseconds) => soak(milliseconds),
};

/** What is run by night beside them, by the names of npm's scripts. */
export const SCRIPTS: readonly string[] = [
  'processors',
  'cuda-build',
  'parity',
  'weights-parity',
  'robustness-parity',
  'watchers',
];
