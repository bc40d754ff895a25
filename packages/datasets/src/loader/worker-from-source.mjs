// A thread starts here when the packages run from their TypeScript sources: it does not inherit the main thread's
// loader. Built code starts at worker.js.
import { register } from 'tsx/esm/api';

register();
await import('./worker.ts');
