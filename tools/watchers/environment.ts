import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Who watches, and the package that it takes. */
export const WATCHERS = {
  tensorboard: { module: 'tensorboard', requirement: 'tensorboard==2.21.0' },
  wandb: { module: 'wandb', requirement: 'wandb==0.31.0' },
  // The client alone, without a server's hundred megabytes.
  mlflow: { module: 'mlflow', requirement: 'mlflow-skinny==3.17.2' },
} as const;

export type Watcher = keyof typeof WATCHERS;

/** A Python that has some of the watchers' packages. */
export interface WatchersPython {
  readonly python: string;
  /** Why a watcher is not there; absent where it is. */
  readonly missing: Partial<Readonly<Record<Watcher, string>>>;
  remove(): void;
}

/**
 * The Python that is named, with what it has; else a throw-away environment, into which each package is installed by itself.
 *
 * @throws Error where there is no Python
 */
export function watchersPython(given: string | undefined, log: (line: string) => void): WatchersPython {
  const names = Object.keys(WATCHERS) as Watcher[];
  const without = (why: (name: Watcher) => string | undefined): WatchersPython['missing'] =>
    Object.fromEntries(names.flatMap((name) => {
      const text = why(name);
      return text === undefined ? [] : [[name, text]];
    })); // prettier-ignore
  if (given !== undefined) {
    const missing = without((name) =>
      spawnSync(given, ['-I', '-c', `import ${WATCHERS[name].module}`]).status === 0 ? undefined : `${given} has no ${name}`,
    ); // prettier-ignore
    return { python: given, missing, remove: () => undefined };
  }
  const folder = mkdtempSync(join(tmpdir(), 'spatial-ensemble-watchers-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  execFileSync('python3', ['-I', '-m', 'venv', folder], { stdio: ['ignore', 'ignore', 'inherit'] });
  const python = join(folder, 'bin', 'python');
  const missing = without((name) => {
    const { requirement } = WATCHERS[name];
    log(`Installing ${requirement} into a throw-away environment …`);
    const pip = ['-I', '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', requirement];
    const { status, stderr } = spawnSync(python, pip, { encoding: 'utf8' });
    return status === 0 ? undefined : `${requirement} could not be installed: ${stderr.trim().split('\n').at(-1)}`;
  });
  return { python, missing, remove };
}
