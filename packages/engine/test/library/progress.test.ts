import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { progressOn } from '../../src/library/progress.ts';
import { formatBytes } from '../../src/library/wheel.ts';

function shown(isTTY: boolean): { stream: NodeJS.WriteStream; text: () => string } {
  const stream = Object.assign(new PassThrough(), {
    isTTY,
    columns: 120,
    cursorTo: () => true,
    clearLine: () => true,
    moveCursor: () => true,
  });
  let all = '';
  stream.on('data', (chunk: Buffer) => (all += chunk.toString()));
  return { stream: stream as unknown as NodeJS.WriteStream, text: () => all };
}

test('without a terminal each tenth is a line', () => {
  const { stream, text } = shown(false);
  const progress = progressOn(stream);
  progress.line('Hello.');
  progress.start('Fetching x', 2_000_000);
  for (let done = 0; done <= 2_000_000; done += 10_000) progress.update(done);
  progress.stop();
  const tenths = Array.from({ length: 10 }, (_, i) => `Fetching x: ${(i + 1) * 10} %`);
  expect(text()).toBe(['Hello.', 'Fetching x: 2 MB', ...tenths, ''].join('\n'));
});

test('on a terminal a bar is drawn', () => {
  const { stream, text } = shown(true);
  const progress = progressOn(stream);
  progress.start('Fetching x', 3_400_000_000);
  progress.update(3_400_000_000);
  progress.stop();
  expect(text()).toMatch(/Fetching x \[=+\] 100 % of 3\.4 GB/);
});

test.each([
  [0, '0 kB'],
  [1, '1 kB'],
  [274_000_871, '274 MB'],
  [3_349_900_000, '3.3 GB'],
])('%d bytes are read as %s', (bytes, expected) => {
  expect(formatBytes(bytes)).toBe(expected);
});
