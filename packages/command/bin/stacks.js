// @ts-check
import { existsSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Stacks name the sources' files and lines, as if each had been loaded by itself. A map is read where a stack is asked
 * for: Node.js' own way reads all of them at the start, which takes longer than the program does.
 *
 * @param {string} folder that of the bundles
 */
export function stacksNameSources(folder) {
  const place = new RegExp(
    `(?:file://)?(${folder.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}[^:()]+):(\\d+):(\\d+)`,
    'g',
  );
  Error.prepareStackTrace = (error, frames) =>
    [String(error), ...frames.map((frame) => `    at ${String(frame)}`)]
      .join('\n')
      .replaceAll(place, (text, file, line, column) => original(file, Number(line), Number(column)) ?? text);
}

/** @type {Map<string, SourceMap | undefined>} */
const maps = new Map();

/**
 * @param {string} file
 * @param {number} line
 * @param {number} column
 * @returns {string | undefined}
 */
function original(file, line, column) {
  if (!maps.has(file)) maps.set(file, mapOf(`${file}.map`));
  const entry = maps.get(file)?.findEntry(line - 1, column - 1);
  if (entry === undefined || !('originalSource' in entry)) return undefined;
  const { originalSource: source, originalLine, originalColumn } = entry;
  const path = source.startsWith('file:') ? fileURLToPath(source) : resolve(dirname(file), source);
  return `${path}:${originalLine + 1}:${originalColumn + 1}`;
}

/** @param {string} path */
function mapOf(path) {
  return existsSync(path) ? new SourceMap(JSON.parse(readFileSync(path, 'utf8'))) : undefined;
}
