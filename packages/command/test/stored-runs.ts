import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Labels, Plan, Result, unsealed } from '@spatial-ensemble/record';
import { PLAN_FILE, studyFolder } from '@spatial-ensemble/store';

/** The folders of a study's runs that were begun, by what its plan calls them: `slow-linear-seed1`. */
export function runFolders(store: string, study: string, tier: Labels['tier'] = 'small'): Map<string, string> {
  const file = join(studyFolder(store, study), PLAN_FILE);
  if (!existsSync(file)) return new Map();
  const { method, evaluations, runs } = unsealed(Plan, JSON.parse(readFileSync(file, 'utf8')), file);
  return new Map(
    runs
      .filter((run) => run.tier === tier)
      .flatMap(({ variant, arm, evaluation, seed, identities }) => {
        const by = evaluation === undefined ? method : evaluations![evaluation]!;
        const at = join(store, by.name, (identities.at(-1) ?? 'none').slice(0, 12));
        const name = [variant, arm, evaluation].filter((part) => part !== undefined).join('-');
        return existsSync(at) ? [[`${name}-seed${seed}`, at] as const] : [];
      }),
  );
}

/** Their results, of those that have one. */
export function runResults(...of: Parameters<typeof runFolders>): Map<string, Result> {
  return new Map(
    [...runFolders(...of)].flatMap(([name, folder]) => {
      const file = join(folder, 'result.json');
      return existsSync(file) ? [[name, unsealed(Result, JSON.parse(readFileSync(file, 'utf8')), file)] as const] : [];
    }),
  );
}
