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
    const asked = askToGoOn('Go on?', input, output);
    if (answer === null) input.end();
    else input.write(answer);
    expect(await asked).toBe(goesOn);
    expect(String(output.read())).toContain('Go on? [y/N]');
  });
});
