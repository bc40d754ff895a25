import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { bundle } from '../../packages/command/bin/bundle.js';
import type { Answer, Side } from './side.ts';

/** From the start of a process to the end of its first step: names, and what both sides build. */
export const STARTS = [
  { name: 'start to first step, WRN-28-2, SGD, batch 64', workload: 'supervised' },
  { name: 'start to first step, BYOL, ResNet-50, 224 pixels, batch 8', workload: 'byol-resnet50' },
] as const;

/**
 * A side that takes its turns from nothing: each step is the first one of a new process, whose time is the process's,
 * reading its code, building its networks and the step itself in it.
 *
 * @param start starts a process that holds no step ready
 */
export function startingAnew(start: () => Side): Pick<Side, 'run'> {
  const once = async (): Promise<Answer> => {
    const began = performance.now();
    const side = start();
    await side.ready();
    const { peakMb } = await side.run(1);
    const ms = [performance.now() - began];
    await side.end();
    return { ms, peakMb };
  };
  return {
    async run(steps) {
      const answers: Answer[] = [];
      for (let n = 0; n < steps; n++) answers.push(await once());
      return { ms: answers.flatMap(({ ms }) => ms), peakMb: Math.max(...answers.map(({ peakMb }) => peakMb)) };
    },
  };
}

/**
 * A program put together as the one that trains is, so that its start is that program's.
 *
 * @param program whose module runs it; its arguments come behind the path
 */
export async function bundled(program: string): Promise<{ readonly path: string; remove(): void }> {
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
