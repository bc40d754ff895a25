import { describe, expect, test } from 'vitest';
import { showCounts } from '../src/progress/counts.ts';
import { showProgress } from '../src/progress/run-progress.ts';

describe('progress', () => {
  function shown(isTTY: boolean): string {
    let text = '';
    let time = 0;
    const out = {
      isTTY,
      columns: 200,
      write: (part: string) => ((text += part), true),
      on: () => undefined,
      removeListener: () => undefined,
      cursorTo: () => undefined,
      clearLine: () => undefined,
    } as unknown as NodeJS.WriteStream;
    const progress = showProgress('[1/2] sts, seed 1', out, () => time);
    for (let step = 1; step <= 100; step++) {
      time += 500;
      progress.update({ step, steps: 100, shown: { title: 'loss', value: 1.5 }, stepMs: 480, waitShare: 0.012 });
    }
    progress.stop();
    return text;
  }

  test('tells of images that are looked at without training', () => {
    let [text, time] = ['', 0];
    const out = { write: (part: string) => ((text += part), true) } as unknown as NodeJS.WriteStream;
    const progress = showProgress('[1/1] tma, seed 1', out, () => time);
    const counts = showCounts(
      (folder) => `indexing ${folder}`,
      out,
      () => time,
    );
    for (let done = 1; done <= 5; done++) {
      time += 4000;
      counts('train', done, 5);
      progress.look(1000 * done, 5000);
    }
    expect(text.split('\n')).toEqual([
      'indexing train: 3 of 5',
      '[1/1] tma, seed 1: looking at images without training, 3,000 of 5,000',
      '',
    ]);
  });

  test('without a terminal: a line every ten seconds, the time left, and the last step', () => {
    const lines = shown(false).trimEnd().split('\n');
    expect(lines).toEqual([
      '[1/2] sts, seed 1: step 20 of 100, loss 1.500, 480.0 ms a step, 1.2 % of it waiting for images, 0:40 left',
      '[1/2] sts, seed 1: step 40 of 100, loss 1.500, 480.0 ms a step, 1.2 % of it waiting for images, 0:30 left',
      '[1/2] sts, seed 1: step 60 of 100, loss 1.500, 480.0 ms a step, 1.2 % of it waiting for images, 0:20 left',
      '[1/2] sts, seed 1: step 80 of 100, loss 1.500, 480.0 ms a step, 1.2 % of it waiting for images, 0:10 left',
      '[1/2] sts, seed 1: step 100 of 100, loss 1.500, 480.0 ms a step, 1.2 % of it waiting for images',
    ]);
  });

  test('on a terminal: a bar', () => {
    expect(shown(true)).toMatch(/sts, seed 1 .*100\/100/);
  });
});
