#!/usr/bin/env node
/** The program where npm has installed it; in this repository it is `bin/spatial-ensemble.js`. */
import { main } from './main.ts';

await main();
