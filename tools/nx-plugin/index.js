// @ts-check
import { refuseUnknownTier } from './asked-tier.js';
import { experimentTargets } from './experiment-targets.js';
import { LAST_WORDS_VARIABLE, lastWordsFile, takeLastWords } from './last-words.js';

/**
 * Nx finds experiments by the names of their files.
 *
 * @type {import('@nx/devkit').CreateNodesV2}
 */
export const createNodesV2 = [
  'experiments/*.experiment.ts',
  (files) => {
    const [first] = files.toSorted();
    if (first === undefined) return [];
    // Nx merges what belongs to one project; the first file stands for all, so that groups are made once.
    return [[first, { projects: { experiments: { targets: experimentTargets(files) } } }]];
  },
];

/** @alias The name that newer versions of Nx look for. */
export const createNodes = createNodesV2;

/**
 * Before anything runs.
 *
 * @type {import('@nx/devkit').PreTasksExecution}
 */
export function preTasksExecution(_, { argv, id }) {
  refuseUnknownTier(argv.slice(2));
  process.env[LAST_WORDS_VARIABLE] = lastWordsFile(id);
}

/**
 * After Nx' own summary: why an experiment failed stands at the end.
 *
 * @type {import('@nx/devkit').PostTasksExecution}
 */
export function postTasksExecution(_, { id }) {
  const words = takeLastWords(id);
  if (words !== '') process.stderr.write(`\n${words}`);
}
