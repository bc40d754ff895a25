import { run } from './run.ts';

/** Files that are committed, and that a command makes from others. */
export interface Generated {
  readonly name: string;
  /** Files and folders, relative to the repository's root. */
  readonly paths: readonly string[];
  /** Writes them again. */
  readonly generate: (root: string) => void;
}

export const GENERATED: readonly Generated[] = [
  {
    name: 'reports',
    paths: ['reports'],
    generate: (root) =>
      run(root, 'tsx', ['--conditions=@spatial-ensemble/source', 'packages/report/src/cli.ts', 'all']),
  },
  {
    name: 'the targets that Nx infers',
    paths: ['tools/nx-plugin/experiments.json'],
    generate: (root) => run(root, 'tsx', ['--conditions=@spatial-ensemble/source', 'tools/nx-plugin/cli.ts']),
  },
];
