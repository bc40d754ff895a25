import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isPartial, writeFinal, WriteError } from '../src/index.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'files-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function* chunksOf(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield await Promise.resolve(Buffer.from(text));
}

test('text, bytes and chunks are there as they were given, also in a folder that was missing', async () => {
  await writeFinal(join(folder, 'a/b/text'), 'grün');
  await writeFinal(join(folder, 'bytes'), Uint8Array.of(0, 255, 10).subarray(1));
  await writeFinal(join(folder, 'chunks'), chunksOf('one ', '', 'two'));
  expect(readFileSync(join(folder, 'a/b/text'), 'utf8')).toBe('grün');
  expect([...readFileSync(join(folder, 'bytes'))]).toEqual([255, 10]);
  expect(readFileSync(join(folder, 'chunks'), 'utf8')).toBe('one two');
  expect(readdirSync(folder).toSorted()).toEqual(['a', 'bytes', 'chunks']);
});

test('chunks that end with an error leave what was there, and the error is theirs', async () => {
  const path = join(folder, 'file');
  await writeFinal(path, 'before');
  const broken = Object.assign(new Error('connection reset'), { code: 'ECONNRESET', syscall: 'read' });
  await expect(
    writeFinal(
      path,
      (async function* () {
        yield* chunksOf('new');
        throw broken;
      })(),
    ),
  ).rejects.toBe(broken);
  expect(readFileSync(path, 'utf8')).toBe('before');
  expect(readdirSync(folder)).toEqual(['file']);
});

test('two that write the same file at once do not meet: one of them stays, whole', async () => {
  const contents = Array.from({ length: 8 }, (_, i) => String(i).repeat(200_000));
  await Promise.all(contents.map((content) => writeFinal(join(folder, 'file'), content)));
  expect(contents).toContain(readFileSync(join(folder, 'file'), 'utf8'));
  expect(readdirSync(folder)).toEqual(['file']);
});

test('where the system refuses, the file, its need, the cause and a way out are named', async () => {
  writeFileSync(join(folder, 'file'), '');
  mkdirSync(join(folder, 'folder/in'), { recursive: true });
  const failed = async (path: string): Promise<WriteError> => {
    const error: unknown = await writeFinal(join(folder, path), 'x'.repeat(1234)).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(WriteError);
    return error as WriteError;
  };
  expect((await failed('file/below')).message).toBe(
    `${join(folder, 'file/below')} (1.2 kB) could not be written: a part of its path is a file, not a folder (EEXIST). Move that file away.`,
  );
  expect(await failed('folder')).toMatchObject({ code: 'EISDIR' });
  expect(await failed('x'.repeat(300))).toMatchObject({ code: 'ENAMETOOLONG' });
  expect(readdirSync(folder).toSorted()).toEqual(['file', 'folder']);
});

test('killed while it writes, there is what was there before, and a leftover that can be told', async () => {
  const path = join(folder, 'file');
  await writeFinal(path, 'before');
  const program = `
    import { writeFinal } from ${JSON.stringify(resolve(import.meta.dirname, '../src/index.ts'))};
    await writeFinal(${JSON.stringify(path)}, (async function* () {
      yield Buffer.from('half of ');
      process.stdout.write('writing');
      await new Promise((done) => setTimeout(done, 60_000));
    })());`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((heard) => child.stdout.once('data', heard));
  for (let left: string[] = []; left.length < 2; await sleep(5)) left = readdirSync(folder);
  child.kill('SIGKILL');
  await new Promise((ended) => child.once('exit', ended));
  expect(readFileSync(path, 'utf8')).toBe('before');
  expect(readdirSync(folder).filter((name) => !isPartial(name))).toEqual(['file']);
  expect(readdirSync(folder)).toHaveLength(2);
});
