import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { claimByHeartbeat } from '../src/claim-by-heartbeat.ts';
import { isLocal, isLocalType } from '../src/local-file-system.ts';

const BEAT = { everyMs: 20, silentMs: 200 };
let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'beat-'));
  file = join(folder, 'run.running');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a claim keeps others out while it lives, and is free when it is given up', async () => {
  const giveUp = await claimByHeartbeat(file, BEAT);
  await expect(claimByHeartbeat(file, BEAT)).rejects.toThrow(`another process (${process.pid} on ${hostname()})`);
  giveUp();
  (await claimByHeartbeat(file, BEAT))();
  expect(readdirSync(folder)).toEqual(['run.running.2']);
  expect(readFileSync(`${file}.2`, 'utf8')).toMatch(/^given up\n/);
});

test('of many that want a run at once, exactly one has it', async () => {
  for (let round = 0; round < 100; round++) {
    // Left by a process of another machine: all wait for the same silence.
    if (round % 25 === 0) writeFileSync(`${file}.${round + 1}`, '{"host":"elsewhere","pid":1,"beats":7}');
    const all = await Promise.allSettled(Array.from({ length: 8 }, () => claimByHeartbeat(file, BEAT)));
    const won = all.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(won).toHaveLength(1);
    for (const one of all) if (one.status === 'rejected') expect(String(one.reason)).toMatch(/another process/);
    won[0]!();
  }
});

test('one of this machine whose process is gone is free at once; one of another after its silence', async () => {
  const { pid } = spawnSync(process.execPath, ['--eval', '']);
  writeFileSync(`${file}.3`, JSON.stringify({ host: hostname(), pid, beats: 7 }));
  const began = performance.now();
  (await claimByHeartbeat(file, { everyMs: 20, silentMs: 60_000 }))();
  expect(performance.now() - began).toBeLessThan(5000);
  writeFileSync(`${file}.4`, '{"host":"elsewhere","pid":1,"beats":7}');
  (await claimByHeartbeat(file, BEAT))();
  writeFileSync(`${file}.5`, 'cut');
  (await claimByHeartbeat(file, BEAT))();
  expect(readdirSync(folder)).toEqual(['run.running.6']);
});

test('where the folder is removed, neither a beat nor giving up throws', async () => {
  const giveUp = await claimByHeartbeat(file, BEAT);
  rmSync(folder, { recursive: true });
  await sleep(3 * BEAT.everyMs);
  giveUp();
  expect(existsSync(folder)).toBe(false);
});

test('locks are trusted on disks of this machine alone', async () => {
  expect(await isLocal(tmpdir())).toBe(true);
  // NFS, SMB 1 and 2 (with a sign), Lustre, FUSE, 9p, Ceph, GPFS.
  for (const type of [0x6969, 0xff534d42, -27512510, 0x0bd00bd0, 0x65735546, 0x01021997, 0x00c36400, 0x47504653])
    expect(isLocalType(type)).toBe(false);
  for (const type of [0xef53, 0x9123683e, 0x9123683e | 0, 0x58465342]) expect(isLocalType(type)).toBe(true);
});
