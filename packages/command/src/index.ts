export { INTERRUPTED, watchInterrupt } from './interrupt.ts';
export { showCounts, showProgress } from './progress.ts';
