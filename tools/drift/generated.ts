import { run } from './run.ts';

/** Files that are committed, and that a command makes from others. */
export interface Generated {
  readonly name: string;
  /** Files and folders, relative to the repository's root; patterns as git takes them. */
  readonly paths: readonly string[];
  /** Writes them again. */
  readonly generate: (root: string) => void;
}

/** In an order in which each is made after what it is made from. */
export const GENERATED: readonly Generated[] = [
  {
    name: 'the plans of accepted results',
    paths: ['experiments/results/*/study.json'],
    generate: (root) => run(root, 'node', ['packages/command/bin/spatial-ensemble.js', 'plans']),
  },
  {
    name: 'reports',
    paths: ['reports'],
    generate: (root) => run(root, 'node', ['packages/command/bin/spatial-ensemble.js', 'reports']),
  },
  {
    name: 'what README.md says of the reports',
    paths: ['README.md'],
    generate: (root) => run(root, 'tsx', ['--conditions=@spatial-ensemble/source', 'tools/readme/cli.ts']),
  },
  {
    name: 'the targets that Nx infers',
    paths: ['tools/nx-plugin/experiments.json'],
    generate: (root) => run(root, 'tsx', ['--conditions=@spatial-ensemble/source', 'tools/nx-plugin/cli.ts']),
  },
];
