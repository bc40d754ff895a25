// @ts-check
import { experimentTargets } from './experiment-targets.js';

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
