import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { visibleGpus } from '../src/cluster/launch.ts';
import { placeOf } from '../src/program/place.ts';
import { secondOf, together } from './launched.ts';
import { runFolders } from './stored-runs.ts';

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'launch-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const saved = (): boolean => existsSync(join(runFolders(folder, 'tiny').get('slow-seed1') ?? 'absent', 'checkpoint'));

test.skipIf(process.platform !== 'linux')(
  'two processes train one run, and both end where one is gone, which is named',
  async () => {
    const first = together(folder);
    while (!saved() && first.child.exitCode === null) await sleep(20);
    const second = secondOf(first.child.pid!);
    process.kill(second, 'SIGKILL');
    expect(await first.ended, first.said()).toBe(1);
    expect(first.said()).toContain(
      `process 1 of 2 (${second}) was ended by SIGKILL, and the others were ended with it.`,
    );
    expect(first.said()).toContain('the same command goes on from the last checkpoint (without --fresh)');
  },
  120_000,
);

describe('the place of a process', () => {
  const CLUSTER = { SPATIAL_ENSEMBLE_CLUSTER: 'a:1,b:1', SPATIAL_ENSEMBLE_RANK: '1' };

  test('is alone, starts others, or is one of them', () => {
    expect(placeOf({}, {}, 8)).toEqual({ cluster: undefined, isFirst: true, cores: undefined });
    expect(placeOf({ devices: 1 }, {}, 8)).toEqual({ cluster: undefined, isFirst: true, cores: undefined });
    expect(placeOf({ devices: 3 }, {}, 8)).toBe('launches');
    expect(placeOf({}, CLUSTER, 8)).toEqual({
      cluster: { hosts: ['a:1', 'b:1'], rank: 1 },
      isFirst: false,
      cores: undefined,
    });
    const launched = { ...CLUSTER, SPATIAL_ENSEMBLE_LAUNCHED: '1' };
    expect(placeOf({ devices: 2 }, launched, 9)).toMatchObject({ isFirst: false, cores: 4 });
    expect(placeOf({ devices: 2, dryRun: true }, {}, 8)).toMatchObject({ cluster: undefined, isFirst: true });
  });

  test.each([
    [{ devices: 2 }, CLUSTER, 'this is already one of 2, by SPATIAL_ENSEMBLE_CLUSTER: leave out one of them'],
    [{ devices: 2, profile: true }, {}, '--profile is of a process that trains alone'],
    [{ profile: true }, CLUSTER, '--profile is of a process that trains alone'],
    [{ devices: 2, xla: true }, {}, '--xla is of a process that trains alone'],
    [{ xla: true }, CLUSTER, '--xla is of a process that trains alone'],
    [{ devices: 2, gpu: 1 }, {}, '--devices 2 takes so many GPUs, and --gpu 1 names one'],
  ] as const)('%j with %j is refused', (flags, env, message) => {
    expect(() => placeOf(flags, env)).toThrow(message);
  });

  test('has a GPU of its own, of those that are left to the program', () => {
    expect(visibleGpus(2, undefined)).toEqual(['0', '1']);
    expect(visibleGpus(2, '3,GPU-5,7')).toEqual(['3', 'GPU-5']);
    expect(() => visibleGpus(2, '3')).toThrow('--devices 2: CUDA_VISIBLE_DEVICES leaves one GPU to this program');
    expect(() => visibleGpus(2, '')).toThrow('leaves 0 GPUs');
  });
});
