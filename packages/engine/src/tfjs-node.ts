import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** The sources take the package itself, what is published the copy beside it (`scripts/take-tfjs-node.ts`). */
const ROOT = import.meta.url.endsWith('.ts') ? '@tensorflow/tfjs-node-gpu/dist' : './tfjs-node';

/** A module of the JavaScript half of `@tensorflow/tfjs-node-gpu`, by its path in that package's `dist`. */
export function requireTfjsNode(path: string): unknown {
  return require(`${ROOT}/${path}.js`);
}
