/** Adds one to the number in a file, so many times, each in turn with whoever else does. */
import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { inTurn } from '../../src/index.ts';

const [folder = '', file = '', times = '0'] = process.argv.slice(2);
for (let i = 0; i < Number(times); i += 1)
  await inTurn(folder, async () => {
    const before = Number(await readFile(file, 'utf8'));
    await sleep(5);
    await writeFile(file, String(before + 1));
  });
