import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { acquire } from '../../src/library/lock.ts';
import { isGone, PATIENCE, thisOwner } from '../../src/library/owner.ts';

let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lock-'));
  path = join(directory, 'a.lock');
});
afterEach(() => rmSync(directory, { recursive: true }));

function ended(): number {
  return spawnSync('true').pid;
}

const never = (): boolean => false;
const nobody = (): void => {
  throw new Error('waited');
};

describe('an owner', () => {
  const [machine, pid, started] = thisOwner().split('-');

  test('that runs is not gone, however silent', () => {
    expect(isGone(thisOwner(), 0)).toBe(false);
    if (started !== '0') expect(isGone(thisOwner(), 1e9)).toBe(false);
  });

  test('that ended is gone at once', () => {
    expect(isGone(`${machine}-${ended()}-${started}`, 0)).toBe(true);
  });

  test.skipIf(process.platform !== 'linux')(
    'whose number another process has got is gone at once (where /proc tells)',
    () => {
      expect(isGone(`${machine}-${pid}-${Number(started) - 1}`, 0)).toBe(true);
    },
  );

  test('of another machine, or an unreadable one, is judged by its silence', () => {
    for (const owner of [`00000000-${pid}-${started}`, 'nonsense', '']) {
      expect(isGone(owner, PATIENCE - 1)).toBe(false);
      expect(isGone(owner, PATIENCE + 1)).toBe(true);
    }
  });
});

describe('a lock', () => {
  test('is free, is held, is free again', async () => {
    const release = await acquire(path, never, nobody);
    expect(existsSync(path)).toBe(true);
    let waited = '';
    const second = acquire(path, never, (pid) => (waited = pid));
    await expect.poll(() => waited).toBe(String(process.pid));
    await release!();
    await (await second)!();
    expect(existsSync(path)).toBe(false);
  });

  test('of a killed process is taken over at once', async () => {
    const [machine, , started] = thisOwner().split('-');
    writeFileSync(path, `${machine}-${ended()}-${started}`);
    await (await acquire(path, never, nobody))!();
    expect(existsSync(path)).toBe(false);
  });

  test('whose maker was killed before it could sign is taken over', async () => {
    writeFileSync(path, '');
    utimesSync(path, new Date(Date.now() - 10_000), new Date(Date.now() - 10_000));
    await (await acquire(path, never, nobody))!();
    expect(existsSync(path)).toBe(false);
  });

  test('is not waited for when the work turns out to be done', async () => {
    writeFileSync(path, `00000000-1-1`);
    let asked = 0;
    expect(
      await acquire(
        path,
        () => ++asked > 2,
        () => undefined,
      ),
    ).toBeUndefined();
    expect(existsSync(path)).toBe(true);
  });

  test('that was taken away meanwhile is not released for its new holder', async () => {
    const release = await acquire(path, never, nobody);
    writeFileSync(path, '00000000-1-1');
    await release!();
    expect(existsSync(path)).toBe(true);
  });
});
