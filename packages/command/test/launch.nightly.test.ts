import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeImages } from '../../training/test/on-files.ts';
import { secondOf, started, together } from './launched.ts';
import { runFolders } from './stored-runs.ts';

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'launch-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.skipIf(process.platform !== 'linux')(
  'a process that hangs ends the other within 15 seconds, and is named',
  async () => {
    const launched = together(folder);
    while (!launched.said().includes('Memory at least') && launched.child.exitCode === null) await sleep(20);
    await sleep(1000);
    const second = secondOf(launched.child.pid!);
    process.kill(second, 'SIGSTOP');
    const since = performance.now();
    expect(await launched.ended, launched.said()).toBe(1);
    expect(performance.now() - since).toBeLessThan(15_000);
    expect(launched.said()).toMatch(/process 1 \(127\.0\.0\.1:\d+\) has not answered for 7 seconds: start all/);
    expect(launched.said()).toContain(`process 1 (${second}) did not end by itself, and was killed.`);
  },
  120_000,
);

test.skipIf(process.platform !== 'linux')(
  'a process that hangs before it joins is named while it is waited for, and ends all after a minute',
  async () => {
    const launched = together(folder, '--fresh');
    const second = (): number | undefined => secondOf(launched.child.pid!) || undefined;
    while (second() === undefined && launched.child.exitCode === null) await sleep(5);
    // Who starts it waits until it is a program of its own.
    await sleep(200);
    process.kill(second()!, 'SIGSTOP');
    const since = performance.now();
    expect(await launched.ended, launched.said()).toBe(1);
    expect(performance.now() - since).toBeLessThan(120_000);
    expect(launched.said()).toMatch(/waiting for process 1 \(127\.0\.0\.1:\d+\): not there after 15 seconds, of 60/);
    expect(launched.said()).toMatch(/process 1 \(127\.0\.0\.1:\d+\) has not come within 60 seconds: start all/);
  },
  180_000,
);

test.each([
  ['training', 'train'],
  ['a look', 'val'],
])(
  'an image that is damaged for one of two processes in %s ends both, and file and process are named',
  async (_, part) => {
    const [images, runs] = ['images', 'runs'].map((name) => join(folder, part, name)) as [string, string];
    writeImages(images);
    const env = { SPATIAL_ENSEMBLE_IMAGENET: images };
    const file = join(import.meta.dirname, 'programs/files.experiment.ts');
    const { child, ended, said } = started({ folder: runs, file, env }, '--devices', '2', '--workers', '1');
    const saved = (): string => join(runFolders(runs, 'files').get('slow-seed1') ?? 'absent', 'checkpoint');
    while (!existsSync(saved()) && child.exitCode === null) await sleep(20);
    // Test images are looked at by turns: one of them is one process's.
    const damaged = readdirSync(join(images, part, 'class1')).slice(0, part === 'val' ? 1 : undefined);
    for (const name of damaged) writeFileSync(join(images, part, 'class1', name), 'no image');
    expect(await ended, said()).toBe(1);
    expect(said()).toMatch(new RegExp(`/${part}/class1/\\d+\\.png`));
    expect(said()).toMatch(/process [01] of 2 \(\d+\) ended with exit code 1, and the others were ended with it/);
    expect(said()).not.toContain('could not be saved either');
  },
  300_000,
);

test('two processes save for a signal at the same step, and go on to the bits of those that were left alone', async () => {
  const read = (): string => readFileSync(join(runFolders(folder, 'tiny').get('slow-seed1')!, 'result.json'), 'utf8');

  const again = together(folder);
  while (!again.said().includes('Memory at least') && again.child.exitCode === null) await sleep(20);
  await sleep(300);
  again.child.kill('SIGUSR1');
  expect(await again.ended, again.said()).toBe(138);
  expect(again.said().match(/SIGUSR1: saving after this step/g)).toHaveLength(1);
  expect(again.said()).toMatch(/Interrupted\. The same command goes on from here/);
  const { run, status } = JSON.parse(
    readFileSync(join(runFolders(folder, 'tiny').get('slow-seed1')!, 'result.json'), 'utf8'),
  ) as { readonly run: { readonly arithmetic: unknown }; readonly status: string };
  expect([run.arithmetic, status]).toEqual([expect.objectContaining({ workers: 2 }), 'partial']);
  expect(await together(folder).ended).toBe(0);
  const resumed = read();
  expect(await together(folder, '--fresh').ended).toBe(0);
  expect(read()).toBe(resumed);
}, 120_000);
