#!/usr/bin/env node
// @ts-check
/**
 * Starts the program from its sources: `node packages/command/bin/spatial-ensemble.js list`. They are put together where
 * they have changed since the last start.
 */
import { appendFileSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundle } from './bundle.js';
import { kept } from './kept.js';
import { stacksNameSources } from './stacks.js';

const ROOT = resolve(import.meta.dirname, '../../..');
const FOLDER = join(ROOT, '.tmp/program');

// Slurm sends it at any time, and Node.js would open its inspector.
/** @type {NodeJS.Signals[]} */
const early = [];
const hold = (/** @type {NodeJS.Signals} */ signal) => void early.push(signal);
process.on('SIGUSR1', hold);

const put = (/** @type {readonly string[]} */ experiments) =>
  kept(FOLDER, JSON.stringify(experiments), () => bundle(experiments, FOLDER));

try {
  const named = experimentsIn(process.argv.slice(2));
  // One of all, for whichever is asked for; without those that nobody asked for, where one of them cannot be read.
  const entry = await put([...new Set([...allExperiments(), ...named])].toSorted()).catch(() => put(named));
  stacksNameSources(FOLDER);
  // What starts a source in a process of its own gives it what this one would have needed.
  process.execArgv.push('--import', 'tsx', '--conditions=@spatial-ensemble/source');
  const program = await import(pathToFileURL(entry).href);
  const ended = program.main(program.experiments);
  process.off('SIGUSR1', hold);
  for (const signal of early) process.emit(signal, signal);
  await ended;
} catch (error) {
  const text = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${text}\n`);
  const words = process.env['SPATIAL_ENSEMBLE_LAST_WORDS'];
  if (words !== undefined) appendFileSync(words, `${text}\n`);
  process.exitCode = 1;
}

/** @param {readonly string[]} args */
function experimentsIn(args) {
  return args
    .map((arg) => (/\.[cm]?[jt]s$/.test(arg) ? resolve(arg) : join(ROOT, 'experiments', `${arg}.experiment.ts`)))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile());
}

function allExperiments() {
  const folder = join(ROOT, 'experiments');
  return readdirSync(folder)
    .filter((file) => file.endsWith('.experiment.ts'))
    .map((file) => join(folder, file));
}
