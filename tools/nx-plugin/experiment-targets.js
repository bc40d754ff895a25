// @ts-check
import { basename } from 'node:path';

/**
 * @typedef {import('@nx/devkit').TargetConfiguration} Target
 */

const ENDING = '.experiment.ts';

/**
 * The tiers are Nx configurations of a target: `nx run experiments:quickstart:smoke`. They are those of
 * packages/record/src/fields.ts, which Nx could not load; a test holds the lists against each other.
 */
export const TIERS = ['paper', 'gpu', 'small', 'smoke'];

const ALL = 'all';

/**
 * The targets of the project `experiments`, from the names of its files alone: one for each file; one for each group
 * of files that share what stands before the first dash (`fixmatch`); and `all`.
 *
 * The files are not imported: Nx calls this on every command.
 *
 * @param {readonly string[]} files `experiments/<name>.experiment.ts`, relative to the workspace's root, `/` between
 * @returns {Record<string, Target>} sorted by name
 * @throws {Error} where the name of a file is also that of a group
 */
export function experimentTargets(files) {
  const names = files.map((file) => basename(file, ENDING)).toSorted();
  const groups = experimentGroups(names);
  for (const name of names) {
    if (groups.has(name)) {
      throw new Error(
        `experiments/${name}${ENDING}: ${name} is also the name of a group of experiments. Rename the file.`,
      );
    }
  }
  /** @type {[string, Target][]} */
  const targets = [
    ...names.map((name) => /** @type {[string, Target]} */ ([name, experimentTarget(name)])),
    ...[...groups].map(([group, members]) => /** @type {[string, Target]} */ ([group, groupTarget(group, members)])),
  ];
  return Object.fromEntries(targets.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * @param {readonly string[]} names
 * @returns {Map<string, readonly string[]>}
 */
function experimentGroups(names) {
  const prefixes = new Set(names.filter((name) => name.includes('-')).map((name) => name.slice(0, name.indexOf('-'))));
  const byPrefix = [...prefixes].map(
    (prefix) => /** @type {const} */ ([prefix, names.filter((name) => name.startsWith(`${prefix}-`))]),
  );
  return new Map([[ALL, names], ...byPrefix.filter(([, members]) => members.length >= 2)]);
}

/**
 * A run takes every core that it is given, so nx.json says that one is run at a time, unless `--parallel` says otherwise.
 *
 * @param {string} name
 * @returns {Target}
 */
function experimentTarget(name) {
  const file = `experiments/${name}${ENDING}`;
  const command = `node packages/command/bin/spatial-ensemble.js run ${file}`;
  return {
    executor: 'nx:run-commands',
    // A run keeps its own store; Nx would copy checkpoints into its cache, and replay old output as if it had run.
    cache: false,
    options: { command, cwd: '{workspaceRoot}', forwardAllArgs: true },
    configurations: Object.fromEntries(TIERS.map((tier) => [tier, { command: `${command} --tier ${tier}` }])),
    metadata: { description: `Train and report ${file}`, technologies: ['typescript'] },
  };
}

/**
 * Nx hands the configuration and the arguments of a group on to its members.
 *
 * @param {string} group
 * @param {readonly string[]} members
 * @returns {Target}
 */
function groupTarget(group, members) {
  return {
    executor: 'nx:noop',
    cache: false,
    dependsOn: members.map((target) => ({ target, params: 'forward' })),
    configurations: Object.fromEntries(TIERS.map((tier) => [tier, {}])),
    metadata: { description: group === ALL ? 'Every experiment' : `The experiments ${members.join(', ')}` },
  };
}
