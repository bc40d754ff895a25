import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The TypeScript blocks of a Markdown file, in order, each as it stands there. */
export function examplesOf(readme: string): readonly string[] {
  return [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = '']) => code);
}

/**
 * Runs an example of a README as a file beside it, from where its imports are found.
 *
 * @param readme such as `new URL('../README.md', import.meta.url)`
 * @param names of the example's variables that are wanted
 * @param which of the file's examples, the first if not given
 * @returns the variables, after the example has run to its end
 * @throws Error if there is no such example, and whatever the example throws
 */
export async function runExample<Name extends string>(
  readme: URL,
  names: readonly Name[],
  which = 0,
): Promise<{ readonly [name in Name]: unknown }> {
  const path = fileURLToPath(readme);
  const code = examplesOf(readFileSync(path, 'utf8'))[which];
  if (code === undefined) throw new Error(`${path} has no TypeScript example ${which + 1}`);
  const folder = mkdtempSync(join(dirname(path), '.example-'));
  try {
    const file = join(folder, 'example.ts');
    writeFileSync(file, `${code}\nexport { ${names.join(', ')} };\n`);
    return (await import(pathToFileURL(file).href)) as { readonly [name in Name]: unknown };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
