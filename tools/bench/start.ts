import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { bundle } from '../../packages/command/bin/bundle.js';
import { askedOf, type How } from './asked.ts';
import { compared, pytorchSide, type PyTorch } from './pytorch.ts';
import type { Row } from './row.ts';
import { endingAll, here, Side, type Answer } from './side.ts';

/** From the start of a process to the end of its first step: names, and what both sides build. */
export const STARTS = [
  {
    name: "start to first step, FixMatch, the quickstart's WRN-10-2, 16 + 7·16",
    workload: 'quickstart',
    aim: { ms: 2000 },
  },
  { name: 'start to first step, WRN-28-2, SGD, batch 64', workload: 'supervised' },
  { name: 'start to first step, BYOL, ResNet-50, 224 pixels, batch 8', workload: 'byol-resnet50', aim: { ms: 5000 } },
] as const;

/**
 * Cold processes of both sides; ours is bundled, as the program that trains is. PyTorch's is eager, which at a first step
 * is its best: `torch.compile` takes a minute there.
 */
export async function compareStart(
  start: (typeof STARTS)[number],
  how: How,
  pytorch: PyTorch,
  rounds: number,
): Promise<Row> {
  // prettier-ignore
  const { name, workload } = start;
  const program = await bundled(here('ours.ts'));
  const step = { ours: workload, pytorch: workload, mode: 'compiled', precision: 'float32', steps: 1 } as const;
  try {
    const ours = startingAnew(
      () => new Side(name, process.execPath, [program.path, JSON.stringify(askedOf(step, how))]),
    );
    const theirs = startingAnew(() => pytorchSide(pytorch, { workload, precision: 'float32' }, 'channels_last'));
    return await compared(start, ours, { 'PyTorch channels_last': theirs }, { rounds, steps: 1 });
  } finally {
    program.remove();
  }
}

/**
 * A side that takes its turns from nothing: each step is the first one of a new process, whose time is the process's,
 * reading its code, building its networks and the step itself in it.
 *
 * @param start starts a process that holds no step ready
 */
function startingAnew(start: () => Side): Pick<Side, 'run'> {
  const once = async (): Promise<Answer> => {
    const began = performance.now();
    const side = start();
    return endingAll([side], async () => {
      await side.ready();
      const held = await side.run(1);
      return { ...held, ms: [performance.now() - began] };
    });
  };
  return {
    async run(steps) {
      const answers: Answer[] = [];
      for (let n = 0; n < steps; n++) answers.push(await once());
      return { ...answers.at(-1), ms: answers.flatMap(({ ms }) => ms) };
    },
  };
}

/**
 * A program put together as the one that trains is, so that its start is that program's.
 *
 * @param program whose module runs it; its arguments come behind the path
 */
async function bundled(program: string): Promise<{ readonly path: string; remove(): void }> {
  const folder = mkdtempSync(join(tmpdir(), 'spatial-ensemble-start-'));
  const { outputs, entry } = await bundle([program], folder);
  for (const { path: file, contents } of outputs) writeFileSync(file, contents);
  const path = join(folder, 'start.mjs');
  writeFileSync(
    path,
    `const { experiments } = await import(${JSON.stringify(entry)});\nawait experiments[${JSON.stringify(program)}]();\n`,
  );
  return { path, remove: () => rmSync(folder, { recursive: true }) };
}
