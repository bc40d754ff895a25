import { openLoader } from '../../src/index.ts';
import { hashBatch, options } from './fixture.ts';

// A program of its own, for threads.test.ts. It ends without closing its loader.
const loader = openLoader({ ...options, workers: 1 });
for (let i = 0; i < 3; i++) console.log(hashBatch((await loader.next()).value!));
