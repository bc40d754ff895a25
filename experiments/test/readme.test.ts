import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { pathToFileURL } from 'node:url';
import { resolveRuns, type Experiment } from '@spatial-ensemble/study';
import { expect, test } from 'vitest';
import { examplesOf } from '../../tools/vitest/readme-example.ts';
import { program, ROOT } from './program.ts';

const FOLDER = resolve(import.meta.dirname, '..');

/** What a dry run says of an experiment. */
async function dryRun(file: string): Promise<{ readonly runs: number; readonly flops: number; readonly text: string }> {
  const { code, said: text } = await program('run', file, '--dry-run');
  expect(code, text).toBe(0);
  const [, runs] = /^(\d+) runs/m.exec(text)!;
  const [, flops] = /^Traced: fixmatch, .* steps, ([\d.e]+) FLOP\.$/m.exec(text)!;
  return { runs: Number(runs), flops: Number(flops), text };
}

test('the example of README.md is an experiment, and costs what quickstart costs', async () => {
  const [example] = examplesOf(readFileSync(join(FOLDER, 'README.md'), 'utf8'));
  // Where its imports are found.
  const folder = mkdtempSync(join(FOLDER, 'readme-'));
  try {
    const file = join(folder, 'slow-teacher.experiment.ts');
    writeFileSync(file, example!);
    const ours = await dryRun(file);
    const quickstart = await dryRun(join(FOLDER, 'quickstart.experiment.ts'));
    expect(ours.text).toMatch(/^A slow teacher\n6 runs \(small\); about 6 minutes on 2 CPU cores/);
    expect((ours.runs * ours.flops) / (quickstart.runs * quickstart.flops)).toBeCloseTo(1, 1);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the example of own images is an experiment, which says its cost without having them', async () => {
  const [, example] = examplesOf(readFileSync(join(FOLDER, 'README.md'), 'utf8'));
  const folder = mkdtempSync(join(FOLDER, 'readme-'));
  try {
    const file = join(folder, 'imagenette.experiment.ts');
    writeFileSync(file, example!);
    const { runs, text } = await dryRun(file);
    expect(runs).toBe(6);
    expect(text).toMatch(/^Imagenette\n/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** Files for readers, and those that say commands in messages. */
const TEXTS = [
  'README.md',
  'CONTRIBUTING.md',
  'experiments/README.md',
  ...readdirSync(join(ROOT, 'packages')).map((name) => `packages/${name}/README.md`),
].filter((path) => existsSync(join(ROOT, path)));

/** Every command in them that runs one experiment: its name, tier and options. */
const COMMANDS = TEXTS.flatMap((path) => {
  const text = readFileSync(join(ROOT, path), 'utf8').replaceAll(/\\\n\s*/g, '');
  return [...text.matchAll(/nx run experiments:([\w-]+)(?::(\w+))?((?: +--[\w-]+(?:[ =](?!--)[^\s`#]+)?)*)/g)].map(
    ([, name, tier, options]) => ({ path, name: name!, tier, options: options!.trim().split(/ +/).filter(Boolean) }),
  );
}).filter(({ name }) => existsSync(join(FOLDER, `${name}.experiment.ts`)));

test('the example in the message about --set is valid in every experiment', async () => {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.experiment.ts'));
  for (const file of files) {
    const { default: experiment } = (await import(pathToFileURL(join(FOLDER, file)).href)) as { default: Experiment };
    const resolved = (set: string) => () => resolveRuns(experiment, { overrides: [set] });
    expect(resolved('nothing')).toThrow(/as in --set \S+, got 'nothing'/);
    const message = String(
      await Promise.resolve()
        .then(resolved('nothing'))
        .catch((error: Error) => error.message),
    );
    expect(resolved(/as in --set (\S+),/.exec(message)![1]!), file).not.toThrow();
  }
});

test('there are commands in the READMEs', () => {
  expect(COMMANDS.length).toBeGreaterThan(10);
});

test.each(COMMANDS)('$path: nx run experiments:$name $options resolves', async ({ name, tier, options }) => {
  const several = { type: 'string', multiple: true } as const;
  const { values } = parseArgs({
    args: options,
    options: { set: several, arm: several, seed: several, variant: { type: 'string' }, precision: { type: 'string' } },
    strict: false,
  });
  const { default: experiment } = (await import(pathToFileURL(join(FOLDER, `${name}.experiment.ts`)).href)) as {
    default: Experiment;
  };
  const selection = {
    overrides: (values.set ?? []) as string[],
    ...(tier !== undefined && { tier: tier as 'small' }),
    ...(values.arm && { arms: values.arm as string[] }),
    ...(values.seed && { seeds: (values.seed as string[]).map(Number) }),
    ...(values.variant && { variant: values.variant as string }),
  };
  expect(resolveRuns(experiment, selection).length).toBeGreaterThan(0);
});
