import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { askToGoOn } from '../src/long-run.ts';

describe('asking', () => {
  test.each([
    ['y\n', true],
    [' Yes \n', true],
    ['\n', false],
    ['no\n', false],
    [null, false],
  ])('%j is %s', async (answer, goesOn) => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const asked = askToGoOn('Go on?', new AbortController().signal, input, output);
    if (answer === null) input.end();
    else input.write(answer);
    expect(await asked).toBe(goesOn);
    expect(String(output.read())).toContain('Go on? [y/N]');
  });

  test('ends with a signal, and with a terminal that is gone', async () => {
    const abort = new AbortController();
    const asked = askToGoOn('Go on?', abort.signal, new PassThrough(), new PassThrough());
    abort.abort();
    expect(await asked).toBe(false);
    const input = new PassThrough();
    const again = askToGoOn('Go on?', new AbortController().signal, input, new PassThrough());
    input.emit('error', new Error('EIO'));
    expect(await again).toBe(false);
  });
});
