export { someAlone as default } from '../../tools/vitest/some-alone.ts';
