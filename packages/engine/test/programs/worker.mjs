// tsx does not reach into a worker thread on Node 20 unless the thread asks for it.
import { register } from 'tsx/esm/api';

register();
await import('./worker.ts');
