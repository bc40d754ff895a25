// @ts-check
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** @typedef {import('esbuild').Plugin} Plugin */

const COMMAND = resolve(import.meta.dirname, '..');
const ROOT = resolve(COMMAND, '../..');
const FOREIGN = /[\\/]node_modules[\\/]/;

/** What stands in place of `import.meta.url` and its like, which would name the bundle. */
const META = /** @type {const} */ ({
  'import.meta.url': '__moduleUrl',
  'import.meta.dirname': '__moduleFolder',
  'import.meta.filename': '__moduleFile',
});

/**
 * The program and experiments as a few files of JavaScript: to load a source takes milliseconds, and there are hundreds.
 * Its entry exports `main`, and `experiments`, functions that load them. Packages of others stay where they are, but for those of many
 * small files.
 *
 * @param {readonly string[]} experiments absolute paths
 * @param {string} folder in which the files are to lie
 * @returns {Promise<import('./kept.js').Built>}
 * @throws {Error} of esbuild's, with file and line of what cannot be read
 */
export async function bundle(experiments, folder) {
  const esbuild = /** @type {typeof import('esbuild')} */ (createRequire(import.meta.url)('esbuild'));
  const loaders = experiments.map((file) => `  ${JSON.stringify(file)}: () => import(${JSON.stringify(file)}),`);
  try {
    const { outputFiles, metafile } = await esbuild.build({
      stdin: {
        contents: `export { main } from './src/main.ts';\nexport const experiments = {\n${loaders.join('\n')}\n};\n`,
        resolveDir: COMMAND,
        sourcefile: 'start.js',
      },
      absWorkingDir: ROOT,
      bundle: true,
      splitting: true,
      // A module with effects that nobody names is loaded, as it is from the sources; functions keep their names.
      ignoreAnnotations: true,
      keepNames: true,
      platform: 'node',
      target: 'node20',
      format: 'esm',
      conditions: ['@spatial-ensemble/source'],
      define: META,
      banner: {
        js: "import { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url);",
      },
      sourcemap: 'external',
      sourcesContent: false,
      metafile: true,
      entryNames: '[name]-[hash]',
      chunkNames: '[name]-[hash]',
      outExtension: { '.js': '.mjs' },
      outdir: folder,
      write: false,
      logLevel: 'silent',
      plugins: [othersStay, sourcesKnowTheirPlace],
    });
    const own = Object.keys(metafile.inputs)
      .map((path) => resolve(ROOT, path))
      .filter((path) => !FOREIGN.test(path) && existsSync(path));
    return {
      sources: [...own, ...besides()].toSorted(),
      outputs: outputFiles,
      entry: /** @type {{ path: string }} */ (outputFiles.find(({ path }) => /^stdin-.*\.mjs$/.test(basename(path))))
        .path,
    };
  } finally {
    await esbuild.stop();
  }
}

/** What decides beside the sources: how it is built, who is found under which name, and what npm has installed. */
function besides() {
  return [
    ...readdirSync(import.meta.dirname).map((file) => join(import.meta.dirname, file)),
    ...readdirSync(join(ROOT, 'packages')).map((name) => join(ROOT, 'packages', name, 'package.json')),
    join(ROOT, 'tsconfig.base.json'),
    join(ROOT, 'tsconfig.json'),
    join(ROOT, 'node_modules/.package-lock.json'),
  ];
}

/** Packages of dozens of small modules each, all JavaScript, that a light command needs too. */
const MANY_FILES = ['hast-util-to-html', 'hastscript', 'mdast-util-from-markdown', 'mdast-util-to-hast', 'zod'];

/** @type {Plugin} Others may hold native code, or are not wanted yet; they are found from the file that imports them. */
const othersStay = {
  name: 'others-stay',
  setup(build) {
    const seen = Symbol('resolved here');
    build.onResolve({ filter: /^[^./]/ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
      if (FOREIGN.test(importer) || pluginData === seen || kind === 'entry-point') return undefined;
      const found = await build.resolve(path, { kind, importer, resolveDir, pluginData: seen });
      if (found.external || found.errors.length > 0 || !FOREIGN.test(found.path)) return found;
      if (isCommonjs(found.path)) return { path: found.path, namespace: 'commonjs' };
      return MANY_FILES.includes(path) ? found : { path: pathToFileURL(found.path).href, external: true };
    });
    build.onLoad({ filter: /./, namespace: 'commonjs' }, ({ path }) => {
      const name = JSON.stringify(path);
      return { contents: `module.exports = require('node:module').createRequire(${name})(${name});` };
    });
  },
};

/** @param {string} path */
function isCommonjs(path) {
  if (!path.endsWith('.js')) return path.endsWith('.cjs') || path.endsWith('.node');
  let folder = dirname(path);
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).type !== 'module';
}

/** @type {Plugin} */
const sourcesKnowTheirPlace = {
  name: 'sources-know-their-place',
  setup(build) {
    build.onLoad({ filter: /\.[cm]?[jt]s$/, namespace: 'file' }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      if (!text.includes('import.meta')) return undefined;
      const values = [pathToFileURL(path).href, dirname(path), path];
      const known = Object.values(META).map((name, i) => `const ${name} = ${JSON.stringify(values[i])};`);
      // In the first line, so that lines keep their numbers.
      return { contents: `${known.join(' ')} ${text}`, loader: /\.[cm]?ts$/.test(path) ? 'ts' : 'js' };
    });
  },
};
