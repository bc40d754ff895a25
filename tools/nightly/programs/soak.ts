import { soaked } from '../../../packages/command/test/soaked.ts';

/** Trains, and says what the process holds as lines of JSON: `programs/soak.ts FOLDER STEPS MILLISECONDS`. */

/** A line of numbers has so many steps in such a run: none of them is left on the device. */
const TIMES = 200;

const [folder, steps, milliseconds] = process.argv.slice(2) as [string, string, string];
await soaked(folder, Number(steps), Number(milliseconds), TIMES, (held) => console.log(JSON.stringify(held)));
