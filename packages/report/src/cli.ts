import { reportCommand } from './command.ts';

try {
  await reportCommand().parseAsync();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
