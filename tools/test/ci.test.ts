import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, isAbsolute, join, resolve } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

/** The real script; what it calls would run this test again, so npm and npx are programs that only say what they did. */
describe('.ci/run', () => {
  let repository: string;

  beforeEach(() => {
    repository = mkdtempSync(join(tmpdir(), 'ci-'));
    cpSync(join(ROOT, '.ci'), join(repository, '.ci'), { recursive: true });
    mkdirSync(join(repository, 'packages/a/dist'), { recursive: true });
  });

  afterEach(() => rmSync(repository, { recursive: true, force: true }));

  function ci(npm: string): { lines: string[]; status: number | null } {
    const programs = join(repository, 'programs');
    mkdirSync(programs);
    for (const [name, body] of [
      ['npm', npm],
      ['npx', 'echo "smoke of $*"'],
    ] as const) {
      writeFileSync(join(programs, name), `#!/bin/sh\n${body}\n`);
      chmodSync(join(programs, name), 0o755);
    }
    const { status, stdout } = spawnSync('bash', [join(repository, '.ci/run')], {
      env: { ...process.env, PATH: `${programs}${delimiter}${process.env['PATH'] ?? ''}` },
      encoding: 'utf8',
    });
    return { lines: stdout.trimEnd().split('\n'), status };
  }

  test('runs every stage, and ends with the count alone', () => {
    const { lines, status } = ci('[ "$1" = test ] && echo "7 passed, 0 failed"; exit 0');
    expect(status).toBe(0);
    expect(lines.at(-1)).toBe('7 passed, 0 failed');
    const named = (start: RegExp): (string | undefined)[] => lines.flatMap((line) => start.exec(line)?.[1] ?? []);
    const stages = named(/^ok +(\S+)/);
    expect(stages.length).toBeGreaterThan(5);
    expect(stages).toEqual(named(/^=== (\S+):/));
    expect(lines).toContain('smoke of nx run experiments:all:smoke --fresh --parallel=2');
  });

  test('packs into a folder of its own, which is gone afterwards', () => {
    const { lines } = ci('if [ "$3" = pack ]; then mkdir -p "$6"; echo "packed $6"; fi; exit 0');
    const folder = lines.find((line) => line.startsWith('packed '))?.slice('packed '.length) ?? '';
    expect(isAbsolute(folder)).toBe(true);
    expect(existsSync(folder)).toBe(false);
  });

  test('goes on after a stage that failed, names it, and fails', () => {
    const { lines, status } = ci('[ "$1" = test ] && echo "7 passed, 0 failed"; [ "$3" != lint ]');
    expect(status).toBe(1);
    expect(lines.filter((line) => line.startsWith('FAILED'))).toEqual([
      expect.stringMatching(/^FAILED {2}lint +\d+ s {2}npm run --silent lint$/),
    ]);
    expect(lines.at(-1)).toBe('7 passed, 0 failed');
  });

  test('tests that never counted are a failure', () => {
    const { lines, status } = ci('[ "$1" != test ]');
    expect(status).toBe(1);
    expect(lines.at(-1)).toBe('0 passed, 1 failed');
  });

  test('deletes what was built before it tests', () => {
    const { lines } = ci('ls packages/a; [ "$1" = test ] && echo "1 passed, 0 failed"');
    expect(lines).not.toContain('dist');
    expect(lines.at(-1)).toBe('1 passed, 0 failed');
  });
});
