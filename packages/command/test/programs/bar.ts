import { showProgress } from '../../src/progress/run-progress.ts';

/** Shows the bar of a run of 60 steps, with a pause after step 21 as a plan makes. */

let time = 0;
const title = '[12/60] tma-effective, seed 3, linear';
const bar = showProgress(title, process.stderr, () => time);
for (let done = 1000; done <= 3000; done += 1000) {
  time += 500;
  bar.look(done, 3000);
}
for (let step = 1; step <= 60; step++) {
  time += 500;
  bar.update({ step, steps: 60, shown: { title: 'loss', value: 1 / step }, stepMs: 480, waitShare: 0.012 });
  if (step !== 21) continue;
  bar.stop();
  console.error('Plan from 20 measured steps.');
}
bar.stop();
console.error(`${title}: finished`);
