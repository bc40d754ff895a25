/** `npm run drift` makes generated files again, and fails where that changed one: what was committed was stale. */
import { resolve } from 'node:path';

import { changes, snapshot } from './changes.ts';
import { GENERATED } from './generated.ts';

const root = resolve(import.meta.dirname, '../..');
let stale = 0;
for (const { name, paths, generate } of GENERATED) {
  const before = snapshot(root, paths);
  generate(root);
  const found = changes(before, snapshot(root, paths));
  stale += found.length;
  console.log(`${name}: ${found.length === 0 ? 'up to date' : 'stale'}`);
  for (const line of found) console.log(`  ${line}`);
}
if (stale > 0) {
  console.error('These files have been made again. Look at the difference, and commit it.');
  process.exitCode = 1;
}
