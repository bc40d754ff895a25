import { appendFileSync } from 'node:fs';
import { createRequire, register } from 'node:module';

/** Writes to the file LOADED what a program loads: `node --import loaded.mjs PROGRAM`. */
const LOADED = process.env['LOADED'] ?? '';
const hook = `
  import { appendFileSync } from 'node:fs';
  export async function load(url, context, next) {
    appendFileSync(${JSON.stringify(LOADED)}, url + '\\n');
    return next(url, context);
  }
`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);
process.on('exit', () => {
  const { cache } = createRequire(import.meta.url);
  appendFileSync(LOADED, Object.keys(cache).join('\n'));
});
