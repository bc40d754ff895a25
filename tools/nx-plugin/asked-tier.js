// @ts-check
import { closest } from 'fastest-levenshtein';

import { TIERS } from './experiment-targets.js';

/**
 * The tier that a command asks for: `nx run experiments:quickstart:smoke`, `nx run-many -t quickstart -c smoke`,
 * `nx quickstart experiments --configuration=smoke`.
 *
 * @param {readonly string[]} args of Nx, its own path left out
 * @returns {string | undefined}
 */
function askedTier(args) {
  const own = args.includes('--') ? args.slice(0, args.indexOf('--')) : args;
  for (const [i, arg] of own.entries()) {
    if (arg === '-c' || arg === '--configuration') return own[i + 1];
    const given = /^(?:--configuration=|-c=?)(.+)$/.exec(arg) ?? /^experiments:[^:]+:(.+)$/.exec(arg);
    if (given !== null) return given[1];
  }
  return undefined;
}

/**
 * Nx drops a configuration that a target does not have, and runs the target without it: here, at another tier.
 *
 * @param {readonly string[]} args of Nx, its own path left out
 * @throws {Error} where the tier is none, with the nearest
 */
export function refuseUnknownTier(args) {
  const tier = askedTier(args);
  if (tier === undefined || TIERS.includes(tier)) return;
  throw new Error(
    `there is no tier '${tier}'. Did you mean '${closest(tier, TIERS)}'? Valid here: ${TIERS.join(', ')}. Nothing was run.`,
  );
}
