export { oneProcess as default } from '../../tools/vitest/one-process.ts';
