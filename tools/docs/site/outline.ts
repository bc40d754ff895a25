import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The repository. */
export const ROOT = resolve(import.meta.dirname, '../../..');
/** What the site is built in and to; git ignores it. */
export const WORK = join(ROOT, '.tmp/docs');
/** Files that the site takes as they are. Apart from its pages, since VitePress makes a page of all Markdown there. */
export const PUBLIC = join(WORK, 'public');

interface Entry {
  readonly title: string;
  /** Of the page, from the site's root, without its ending. */
  readonly page: string;
  /** The Markdown file that it is, from the repository's root; absent where the page is generated. */
  readonly file?: string;
}

export interface Chapter {
  readonly title: string;
  readonly entries: readonly Entry[];
}

const own = (title: string, page: string): Entry => ({ title, page, file: `tools/docs/pages/${page}.md` });

/** Packages in the order of what they stand on, as README.md has them. */
const packages = readdirSync(join(ROOT, 'packages'))
  .filter((name) => existsSync(join(ROOT, 'packages', name, 'README.md')))
  .toSorted();

/** Every page of the site but those of the API and of sources, in the order of the sidebar. */
export const OUTLINE: readonly Chapter[] = [
  {
    title: 'Start',
    entries: [
      { title: 'Spatial Ensemble', page: 'overview', file: 'README.md' },
      own('Your first experiment', 'tutorial/first-experiment'),
    ],
  },
  {
    title: 'How to',
    entries: [
      own('Train on your own images', 'how-to/own-data'),
      own('Bring your own network', 'how-to/own-network'),
      own('Write your own method', 'how-to/own-method'),
      own('Run on a GPU', 'how-to/gpu'),
      own('Run on several GPUs, under Slurm', 'how-to/several-gpus'),
      own('Export weights', 'how-to/export'),
    ],
  },
  {
    title: 'Explanation',
    entries: [
      own('What STS does', 'explanation/what-sts-does'),
      own('Effective momentum', 'explanation/effective-momentum'),
      own('Why there are controls', 'explanation/why-controls'),
    ],
  },
  {
    title: 'Reference',
    entries: [
      { title: 'Experiments', page: 'reference/experiments', file: 'experiments/README.md' },
      { title: 'The command line', page: 'reference/command-line' },
      { title: 'Fields of a study', page: 'reference/study' },
      { title: 'Options of data sets', page: 'reference/data-sets' },
      { title: 'Spec of FixMatch', page: 'reference/spec-fixmatch' },
      { title: 'Spec of BYOL', page: 'reference/spec-byol' },
      { title: 'Spec of MoCo', page: 'reference/spec-moco' },
      { title: 'Spec of a linear evaluation', page: 'reference/spec-linear' },
      { title: 'Spec of nearest neighbours', page: 'reference/spec-knn' },
      { title: 'Spec of nearest neighbours as an evaluation', page: 'reference/spec-neighbours' },
      { title: 'Spec of fine-tuning', page: 'reference/spec-fine-tune' },
      { title: 'Spec of robustness', page: 'reference/spec-robustness' },
      { title: 'Reports', page: 'reference/reports', file: 'reports/README.md' },
      { title: 'Benchmarks', page: 'reference/benchmarks', file: 'tools/bench/README.md' },
    ],
  },
  {
    title: 'Packages',
    entries: packages.map((name) => ({ title: name, page: `packages/${name}`, file: `packages/${name}/README.md` })),
  },
  {
    title: 'Project',
    entries: [
      { title: 'Contributing', page: 'project/contributing', file: 'CONTRIBUTING.md' },
      { title: 'Changes', page: 'project/changes', file: 'CHANGELOG.md' },
    ],
  },
];

/** The Markdown files of the repository that are pages, by their path. */
export const PAGE_OF: ReadonlyMap<string, string> = new Map(
  OUTLINE.flatMap(({ entries }) => entries.flatMap(({ file, page }) => (file === undefined ? [] : [[file, page]]))),
);
