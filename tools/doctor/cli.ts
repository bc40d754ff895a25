import { doctor } from './doctor.ts';

process.exitCode = await doctor(process.argv.slice(2), {
  env: process.env,
  say: (text) => console.log(text),
  tell: (text) => console.error(text),
});
