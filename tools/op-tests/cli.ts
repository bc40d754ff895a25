/**
 * `npm run op-tests`: TensorFlow.js' own tests of its core on the engine's backend, with those that fail by the file of
 * the op that they belong to, and their count. It fails where another set of tests fails than `known-failures.ts` says.
 *
 *     npm run op-tests -- --matching sparse --messages
 */
import { Command } from 'commander';
import { KNOWN_FAILURES } from './known-failures.ts';
import { runOpTests } from './run.ts';
import { compareWithKnown, failuresByOp } from './tally.ts';

const options = new Command('npm run op-tests --')
  .description('Runs TensorFlow.js’ own tests on the engine’s backend and counts those that pass.')
  .option('--matching <text>', 'run those alone whose names contain this', '')
  .option('--messages', 'say what each failure said')
  .option('--at-least <count>', 'fail where fewer pass', Number, 0)
  .parse()
  .opts<{ readonly matching: string; readonly messages?: true; readonly atLeast: number }>();

const outcomes = await runOpTests(options.matching);
const { news, passedNow } = compareWithKnown(outcomes);
for (const [op, failed] of failuresByOp(outcomes)) {
  console.log(`${op}: ${failed.length}`);
  if (options.messages)
    for (const { name, message = '' } of failed)
      console.log(`  ${name}\n    ${message.slice(0, 300)}\n    known: ${KNOWN_FAILURES.get(name) ?? 'no'}`);
}
const passed = outcomes.filter((outcome) => outcome.passed).length;
console.log(`${passed} of ${outcomes.length} passed`);
for (const name of news) console.error(`fails, and is not in known-failures.ts: ${name}`);
for (const name of passedNow) console.error(`passes, and is in known-failures.ts: ${name}`);
if (passed < options.atLeast || news.length + passedNow.length > 0) process.exitCode = 1;
