import { meant } from '../nearest.ts';
import type { SourceSpec } from './sources.ts';

type Problem = string | undefined;
type Check = (value: unknown) => Problem;

const pixels: Check = (value) =>
  Number.isInteger(value) && (value as number) >= 1 ? undefined : 'a whole number of pixels, at least 1';

function oneOf(...names: readonly string[]): Check {
  return (value) => (names.includes(value as string) ? undefined : names.map((name) => `'${name}'`).join(' or '));
}

/** What each data set can be asked for. */
const OPTIONS: { readonly [name in SourceSpec['name']]: { readonly [option: string]: Check } } = {
  'fashion-mnist': { images: oneOf('embedded', 'full', 'any') },
  cifar10: {},
  cifar100: {},
  imagenet: { folder: oneOf('train', 'val'), shrinkTo: pixels, orientation: oneOf('exif') },
};

/**
 * Checks which data set is declared, and how; looks at no files.
 *
 * @throws Error that names the option, its value, what is allowed and the nearest name
 */
export function checkSource(spec: unknown): asserts spec is SourceSpec {
  if (typeof spec !== 'object' || spec === null)
    throw new Error(`a data set is declared as { name: 'cifar10' }, got ${JSON.stringify(spec)}`);
  const { name, ...options } = spec as { readonly [option: string]: unknown };
  if (typeof name !== 'string' || !Object.hasOwn(OPTIONS, name))
    throw new Error(
      `there is no data set ${JSON.stringify(name)}.${meant(name, Object.keys(OPTIONS))} There are ${Object.keys(OPTIONS).join(', ')}`,
    );
  const known = OPTIONS[name as SourceSpec['name']];
  for (const [option, value] of Object.entries(options)) {
    if (value === undefined) continue;
    if (!Object.hasOwn(known, option))
      throw new Error(`the data set ${name} has no option \`${option}\`.${others(name, option)}`);
    const problem = known[option]!(value);
    if (problem !== undefined)
      throw new Error(
        `\`${option}\` of the data set ${name} must be ${problem}, got ${typeof value === 'number' ? value : JSON.stringify(value)}.${meant(value, problem.match(/(?<=')[^',]+(?=')/g) ?? [])}`.replace(
          /\.$/,
          '',
        ),
      );
  }
}

/** What is said of an option that a data set does not have. */
function others(name: string, option: string): string {
  const own = Object.keys(OPTIONS[name as SourceSpec['name']]);
  const owner = Object.entries(OPTIONS).find(([, of]) => Object.hasOwn(of, option))?.[0];
  return [
    meant(option, own),
    owner === undefined ? '' : ` It is an option of ${owner}.`,
    own.length === 0 ? ` ${name} has none` : ` ${name} has ${own.join(', ')}`,
  ].join('');
}
