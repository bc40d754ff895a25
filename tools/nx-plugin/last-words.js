// @ts-check
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Names the file to which a command appends what it ends with, for Nx' own lines would bury it. */
export const LAST_WORDS_VARIABLE = 'SPATIAL_ENSEMBLE_LAST_WORDS';

/**
 * @param {string} id of Nx' command
 * @returns {string} where that command's tasks leave what they end with
 */
export function lastWordsFile(id) {
  return join(tmpdir(), `spatial-ensemble-${id}.txt`);
}

/**
 * What the tasks of a command left, and nothing the second time.
 *
 * @param {string} id of Nx' command
 * @returns {string} empty where they left nothing
 */
export function takeLastWords(id) {
  const file = lastWordsFile(id);
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  } finally {
    rmSync(file, { force: true });
  }
}
