/**
 * Copies the JavaScript half of `@tensorflow/tfjs-node-gpu` to `tfjs-node` in a folder, the `dist` that is published, so
 * that its users need not install that package: its install script fetches an addon of TensorFlow 2.9, for which there is
 * no use here, and fails where its file host cannot be reached or there is no compiler.
 *
 *     npx tsx packages/engine/scripts/take-tfjs-node.ts FOLDER
 */
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

const require = createRequire(import.meta.url);
const manifest = require.resolve('@tensorflow/tfjs-node-gpu/package.json');
const { name, version, license } = JSON.parse(readFileSync(manifest, 'utf8')) as Record<string, string>;
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('name the folder: take-tfjs-node.ts FOLDER');
const to = join(folder, 'tfjs-node');

rmSync(to, { recursive: true, force: true });
cpSync(join(dirname(manifest), 'dist'), to, { recursive: true, filter: (path) => !/_test\.(js|d\.ts)$/.test(path) });
// It asks for the addon.
for (const file of ['index.js', 'index.d.ts']) rmSync(join(to, file));
cpSync(resolve(import.meta.dirname, '../../../LICENSE'), join(to, 'LICENSE'));
// Its modules are CommonJS, whatever the engine's are; they are unchanged.
writeFileSync(
  join(to, 'package.json'),
  `${JSON.stringify({ private: true, type: 'commonjs', license, description: `The folder dist of ${name} ${version}, without its tests and its addon.` }, null, 2)}\n`,
);
