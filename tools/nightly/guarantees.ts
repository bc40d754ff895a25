import { claims } from './claims.ts';
import { damagedFiles } from './damaged-files.ts';
import { diskErrors } from './disk-errors.ts';
import type { Guarantee } from './guarantee.ts';
import { kills } from './kills.ts';
import { signals } from './signals.ts';
import { trainingKills } from './training-kills.ts';

/** What is tried by night, by the name that `--only` takes. */
export const GUARANTEES: Readonly<Record<string, () => Guarantee>> = {
  kills: () => kills(),
  training: trainingKills,
  disk: () => diskErrors(),
  signals: () => signals,
  damaged: () => damagedFiles,
  claims: () => claims(),
};
