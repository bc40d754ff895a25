import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { useTensorFlow } from '@spatial-ensemble/engine';
import { Command } from 'commander';
import { Side } from '../bench/side.ts';
import { attackRows, ATTACK_TITLES } from './attacks.ts';
import { corruptionRows, CORRUPTION_TITLES } from './corruptions.ts';
import { robustnessEnvironment } from './environment.ts';
import type { Row } from './row.ts';

const FIXTURES = ['attacks', 'corruptions', 'calibration'];

async function main(): Promise<void> {
  const program = new Command('robustness-parity')
    .description('Compares attacks with torchattacks, and corruptions with imagecorruptions.')
    .option('--only <text>', 'compare what contains this', '')
    .option('--images <n>', 'test images that are attacked', Number, 1000)
    .option('--pictures <n>', 'pictures that are corrupted', Number, 2)
    .option('--fixture', 'write what the tests of packages/robustness compare with, and nothing else')
    .showHelpAfterError();
  const options = program.parse().opts<{ only: string; images: number; pictures: number; fixture?: boolean }>();
  if (![...CORRUPTION_TITLES, ...ATTACK_TITLES].some((title) => title.includes(options.only))) {
    console.error(`nothing that is compared contains '${options.only}'; there are such as '${CORRUPTION_TITLES[0]}' and '${ATTACK_TITLES[0]}'`); // prettier-ignore
    process.exitCode = 1;
    return;
  }
  const environment = robustnessEnvironment((line) => console.error(line));
  const folder = mkdtempSync(join(tmpdir(), 'spatial-ensemble-robustness-'));
  try {
    if (options.fixture === true) {
      const scripts = new URL('../../packages/robustness/test/reference/', import.meta.url);
      for (const name of FIXTURES)
        execFileSync(environment.python, [fileURLToPath(new URL(`${name}.py`, scripts))], { stdio: 'inherit' });
      return;
    }
    await useTensorFlow();
    const python = new Side('Python', environment.python, [fileURLToPath(new URL('reference/robustness.py', import.meta.url))]); // prettier-ignore
    await python.ready();
    const rows: Row[] = [];
    const told = (more: readonly Row[]): void => {
      for (const { says, holds } of more) console.log(`${holds ? '' : 'BEYOND  '}${says}`);
      rows.push(...more);
    };
    told(await corruptionRows(python, folder, options.pictures, options.only));
    for await (const row of attackRows(python, folder, options.images, options.only)) told([row]);
    await python.end();
    const beyond = rows.filter(({ holds }) => !holds).length;
    console.log(beyond === 0 ? `all ${rows.length} comparisons hold` : `${beyond} of ${rows.length} comparisons do not hold`); // prettier-ignore
    process.exitCode = beyond === 0 && rows.length > 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
    environment.remove();
  }
}

await main();
