import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { claimRun } from '../src/claim.ts';

const PROGRAM = join(import.meta.dirname, 'programs/claim.ts');

let folder: string;
let run: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'claim-'));
  run = join(folder, 'small', 'slow-seed1');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('a claim', () => {
  test('keeps others out while it lasts, and leaves nothing behind', async () => {
    const giveUp = await claimRun(run);
    expect(readFileSync(`${run}.running`, 'utf8')).toBe(String(process.pid));
    await expect(claimRun(run)).rejects.toThrow(`another process (${process.pid}) trains this run`);
    giveUp();
    expect(existsSync(`${run}.running`)).toBe(false);
    (await claimRun(run))();
  });

  test('of a process that is killed ends with it', async () => {
    const args = ['--import', 'tsx', '--conditions=@spatial-ensemble/source', PROGRAM, run];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    await expect(claimRun(run)).rejects.toThrow(
      `another process (${child.pid}) trains this run: wait for it, or stop it.`,
    );
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    expect(existsSync(`${run}.running`)).toBe(true);
    (await claimRun(run))();
    expect(existsSync(`${run}.running`)).toBe(false);
  });

  test('takes over what was left by a process that is gone', async () => {
    (await claimRun(run))();
    writeFileSync(`${run}.running`, 'host-4711-1');
    (await claimRun(run))();
    expect(existsSync(`${run}.running`)).toBe(false);
  });

  test('that cannot be written says why', async () => {
    (await claimRun(run))();
    writeFileSync(`${run}.running`, '');
    await expect(claimRun(join(`${run}.running`, 'below', 'run'))).rejects.toThrow(
      /could not be written: a part of its path is a file, not a folder \(ENOTDIR\)/,
    );
  });
});
