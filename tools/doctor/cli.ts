import { showCounts } from '../../packages/command/src/progress/counts.ts';
import { doctor } from './doctor.ts';

const counts = showCounts((what) => what);
process.exitCode = await doctor(process.argv.slice(2), {
  env: process.env,
  say: (text) => console.log(text),
  tell: (text) => console.error(text),
  counts: (done, total) => counts('images read', done, total),
});
