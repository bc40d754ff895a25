/** The program with each source loaded by itself, for a debugger or a profile: `npx tsx packages/command/src/cli.ts`. */
import { main } from './main.ts';

await main();
