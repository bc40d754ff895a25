import { Command } from 'commander';
import { fuzz, fuzzLine } from './fuzz.ts';

const { cases, minutes } = new Command('npm run fuzz --')
  .description(
    'Reads harmed files with every parser; ends with 1 if one of them ended its process, hung, or failed by mistake.',
  )
  .option('--cases <n>', 'how many cases each parser reads', Number, 1000)
  .option('--minutes <n>', 'read for so long instead', Number)
  .parse()
  .opts<{ cases: number; minutes?: number }>();

const fuzzed = await fuzz(minutes === undefined ? { cases } : { minutes });
for (const failure of fuzzed.failures.slice(0, 100)) console.log(failure);
console.log(fuzzLine(fuzzed));
if (fuzzed.failures.length > 0) process.exitCode = 1;
