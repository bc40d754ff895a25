// @ts-check
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {object} Built
 * @property {readonly string[]} sources absolute paths of all that decides what was written
 * @property {readonly { readonly path: string, readonly contents: Uint8Array }[]} outputs named by their content
 * @property {string} entry one of them
 */

/** Outputs that no start has used for so long are removed: nothing runs that would still read them. */
const DAYS = 60;

/**
 * The entry of what was built of these sources, built where a source has changed since.
 *
 * @param {string} folder
 * @param {string} name of what is built
 * @param {() => Promise<Built>} build
 * @returns {Promise<string>} its path
 */
export async function kept(folder, name, build) {
  const index = join(folder, `${sha256(name)}.json`);
  const known = read(index);
  if (known !== undefined && known.outputs.every(isWhole) && hashOf(known.sources) === known.hash) {
    const now = new Date();
    for (const path of [index, ...known.outputs.map(({ path }) => path)]) utimesSync(path, now, now);
    return known.entry;
  }
  const { sources, outputs, entry } = await build();
  mkdirSync(folder, { recursive: true });
  sweep(folder);
  for (const { path, contents } of outputs) write(path, contents);
  const written = outputs.map(({ path, contents }) => ({ path, size: contents.length }));
  write(index, JSON.stringify({ sources, outputs: written, entry, hash: hashOf(sources) }));
  return entry;
}

/**
 * @typedef {{ readonly path: string, readonly size: number }} Output
 *
 * @param {string} index
 * @returns {{ sources: string[], outputs: Output[], entry: string, hash: string } | undefined}
 */
function read(index) {
  try {
    return JSON.parse(readFileSync(index, 'utf8'));
  } catch {
    // It is not there, or a machine went down while it was written: it is made again.
    return undefined;
  }
}

/** @param {Output} output */
function isWhole({ path, size }) {
  return statSync(path, { throwIfNoEntry: false })?.size === size;
}

/** @param {readonly string[]} files */
function hashOf(files) {
  const hash = createHash('sha256');
  for (const file of files)
    hash
      .update(`${file}\0`)
      .update(existsSync(file) ? readFileSync(file) : '')
      .update('\0');
  return hash.digest('hex');
}

/** @param {string} text */
function sha256(text) {
  return createHash('sha256').update(text).digest('hex');
}

/**
 * Whole or not at all: several programs start at once.
 *
 * @param {string} path
 * @param {string | Uint8Array} contents
 */
function write(path, contents) {
  const own = `${path}.${process.pid}`;
  writeFileSync(own, contents);
  renameSync(own, path);
}

/** @param {string} folder */
function sweep(folder) {
  const before = Date.now() - DAYS * 24 * 3600 * 1000;
  for (const file of readdirSync(folder)) {
    const path = join(folder, file);
    const found = statSync(path, { throwIfNoEntry: false });
    if (found !== undefined && found.mtimeMs < before) rmSync(path, { force: true });
  }
}
