import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Application, type TypeDocOptions } from 'typedoc';
import { ROOT } from './outline.ts';

/** What typedoc-plugin-markdown adds to the options of TypeDoc. */
interface MarkdownOptions {
  readonly hideBreadcrumbs: boolean;
  readonly hidePageHeader: boolean;
  readonly entryFileName: string;
  readonly useCodeBlocks: boolean;
  readonly sanitizeComments: boolean;
  readonly parametersFormat: string;
  readonly interfacePropertiesFormat: string;
}

/**
 * Writes a page for the public API of each package, from its types and comments.
 *
 * @param out folder of the pages
 * @throws Error where TypeDoc cannot read the packages
 */
export async function writeApi(out: string): Promise<void> {
  const entryPoints = readdirSync(join(ROOT, 'packages'))
    .map((name) => join(ROOT, 'packages', name, 'src/index.ts'))
    .filter((file) => existsSync(file));
  const options: Partial<TypeDocOptions> & MarkdownOptions = {
    entryPoints,
    out,
    tsconfig: join(ROOT, 'tsconfig.json'),
    plugin: ['typedoc-plugin-markdown'],
    router: 'module',
    readme: 'none',
    // Types are checked by `npm run typecheck`.
    skipErrorChecking: true,
    excludePrivate: true,
    excludeInternal: true,
    disableSources: true,
    githubPages: false,
    logLevel: 'Error',
    validation: false,
    entryFileName: 'index',
    hideBreadcrumbs: true,
    hidePageHeader: true,
    useCodeBlocks: true,
    sanitizeComments: true,
    parametersFormat: 'table',
    interfacePropertiesFormat: 'table',
  };
  const app = await Application.bootstrapWithPlugins(options as Partial<TypeDocOptions>);
  const project = await app.convert();
  if (project === undefined) throw new Error('TypeDoc could not read the packages: see above');
  project.name = 'API';
  // `smoothing/src` is the package `smoothing`.
  for (const module of project.children ?? []) module.name = module.name.replace(/\/src(\/index)?$/, '');
  await app.generateOutputs(project);
}
