#!/usr/bin/env node
// @ts-check
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';

const USAGE = `npm create @spatial-ensemble FOLDER

Makes a folder with an experiment of your own, on your own images, by your own network and method: a small study that
runs as it is. FOLDER must be empty, or not be there yet.`;

try {
  const [folder, ...others] = process.argv.slice(2);
  if (folder === '--help' || folder === '-h') console.log(USAGE);
  else if (folder === undefined || folder.startsWith('-') || others.length > 0) throw new Error(USAGE);
  else create(resolve(folder));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

/** @param {string} folder absolute */
function create(folder) {
  if (existsSync(folder) && readdirSync(folder).length > 0)
    throw new Error(`${folder} is not empty: name a folder that is not there yet`);
  cpSync(join(import.meta.dirname, '../template'), folder, {
    recursive: true,
    // What a test of the template has left beside it.
    filter: (path) => !/[\\/](node_modules|runs)$/.test(path),
  });
  // npm publishes no file of that name.
  renameSync(join(folder, 'gitignore'), join(folder, '.gitignore'));
  const manifest = join(folder, 'package.json');
  writeFileSync(manifest, ofThisVersion(readFileSync(manifest, 'utf8'), basename(folder)));
  console.log(`Made ${folder}. Now:

  cd ${relative('', folder) || '.'}
  npm install
  npx spatial-ensemble run my.experiment.ts`);
}

/**
 * A package.json with the versions of the packages that this one was published with.
 *
 * @param {string} text
 * @param {string} name of the folder
 */
function ofThisVersion(text, name) {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'));
  // What npm takes for a name.
  const own = name.toLowerCase().replaceAll(/[^a-z0-9._-]+/g, '-').replace(/^[._-]+/, '') || 'my-study'; // prettier-ignore
  return text
    .replace(/"name": "[^"]*"/, `"name": ${JSON.stringify(own)}`)
    .replaceAll(/("@spatial-ensemble\/[a-z-]+"): "\*"/g, `$1: "${version}"`);
}
