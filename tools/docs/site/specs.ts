import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ByolSpec, RECIPES } from '@spatial-ensemble/byol';
import { FixMatchSpec } from '@spatial-ensemble/fixmatch';
import { MocoSpec } from '@spatial-ensemble/moco';
import { markdownTable } from 'markdown-table';
import { z } from 'zod';
import { linearSpec } from '../../../packages/evaluation/src/linear-spec.ts';
import { Comments, literalComments, type Documentation } from './documentation.ts';
import { fieldsOf, type Field, type Schema } from './fields.ts';
import { ROOT } from './outline.ts';

/** Where the comments of a part of a spec are. */
interface Place {
  /** Before the fields' own paths: `network`. */
  readonly at: string;
  readonly file: string;
  readonly name: string;
}

interface Method {
  readonly title: string;
  readonly page: string;
  readonly schema: z.ZodType;
  readonly places: readonly Place[];
  /** What it is usually made of, where it has no defaults. */
  readonly recipes?: { readonly file: string; readonly values: Readonly<Record<string, object>> };
}

const place = (at: string, file: string, name: string): Place => ({ at, file: `packages/${file}`, name });
const RES_NET = [
  place('network', 'self-supervised/src/res-net.ts', 'RES_NET_FIELDS'),
  place('network.batchNorm', 'self-supervised/src/res-net.ts', 'BATCH_NORM_FIELDS'),
  place('network', 'nn/src/resnet.ts', 'ResNetOptions'),
];

const METHODS: readonly Method[] = [
  {
    title: 'FixMatch',
    page: 'fixmatch',
    schema: FixMatchSpec,
    places: [place('', 'fixmatch/src/spec.ts', 'FIELDS'), place('network', 'fixmatch/src/spec.ts', 'NETWORK_FIELDS'), place('network', 'fixmatch/src/wide-res-net.ts', 'FIELDS')], // prettier-ignore
  },
  {
    title: 'BYOL',
    page: 'byol',
    schema: ByolSpec,
    places: [place('', 'byol/src/spec.ts', 'FIELDS'), place('network', 'byol/src/spec.ts', 'NETWORK_FIELDS'), ...RES_NET], // prettier-ignore
    recipes: { file: 'packages/byol/src/recipes.ts', values: RECIPES },
  },
  {
    title: 'MoCo',
    page: 'moco',
    schema: MocoSpec,
    places: [place('', 'moco/src/spec.ts', 'FIELDS'), place('network', 'moco/src/spec.ts', 'NETWORK_FIELDS'), place('network', 'moco/src/res-net.ts', 'FIELDS'), ...RES_NET], // prettier-ignore
  },
  {
    title: 'a linear evaluation',
    page: 'linear',
    schema: linearSpec(z.unknown()),
    places: [place('', 'evaluation/src/linear-spec.ts', 'linearSpec')],
  },
];

/** The files that the pages link to. */
export const SPEC_SOURCES: readonly string[] = METHODS.flatMap(({ places: [first] }) => first?.file ?? []);

/** A page for the spec of each method, by its path in the site. */
export function specPages(): ReadonlyMap<string, string> {
  const comments = new Comments([...new Set(METHODS.flatMap(({ places }) => places.map(({ file }) => file)))]);
  return new Map(METHODS.map((method) => [`reference/spec-${method.page}.md`, specPage(method, comments)]));
}

function specPage({ title, places, schema, recipes }: Method, comments: Comments): string {
  const documented = new Map<string, string>();
  for (const { at, file, name } of places)
    for (const [path, text] of comments.of(file, name)) {
      const whole = [at, path].filter((part) => part !== '').join('.');
      if (!documented.has(whole) && text !== '') documented.set(whole, text);
    }
  const fields = fieldsOf(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Schema);
  const [{ file: declared } = { file: '' }] = places;
  const sourced = recipes && sourcesOf(recipes.file, Object.keys(recipes.values));
  return [
    '---\naside: false\npageClass: wide-page\n---',
    `# Spec of ${title}`,
    `What \`spec\` of an experiment may say, and \`--set\` change: generated from the schema ([\`${declared}\`](/source/${declared}.html)) and its comments. A field without a default must be given. An unknown field is an error that names the nearest one.`,
    documented.get('') ?? '',
    sourced?.legend ?? '',
    ...sections(fields).map(([name, own]) => `## ${name}\n\n${groupText(name, documented)}${tableOf(own, documented, recipes?.values ?? {}, sourced?.by ?? {})}`), // prettier-ignore
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
}

/** Fields by the first part of their path; those of the spec itself stand under `spec`. */
function sections(fields: readonly Field[]): (readonly [string, readonly Field[]])[] {
  const found = new Map<string, Field[]>();
  for (const field of fields) found.set(groupOf(field), [...(found.get(groupOf(field)) ?? []), field]);
  return [...found];
}

function groupOf({ path }: Field): string {
  const [first = '', ...rest] = path.split('.');
  return rest.length === 0 ? 'spec' : first;
}

function groupText(name: string, documented: Documentation): string {
  const text = name === 'spec' ? undefined : documented.get(name);
  return text === undefined ? '' : `${escaped(text)}\n\n`;
}

function tableOf(
  fields: readonly Field[],
  documented: Documentation,
  recipes: Readonly<Record<string, object>>,
  sources: Readonly<Record<string, Documentation>>,
): string {
  const names = Object.keys(recipes);
  const isDefaulted = fields.some((field) => field.default !== undefined);
  const rows = fields.map((field) => [
    `\`${field.path}\``,
    `${cell(field.allowed)}${field.kinds.length === 0 ? '' : ` (${field.kinds.map((kind) => `\`${kind}\``).join(', ')})`}`,
    ...(isDefaulted ? [field.default === undefined ? '' : `\`${field.default}\``] : []),
    ...names.map((name) => valueAt(recipes[name], field.path)),
    cell(
      [
        // Of an object within a section, where its field says nothing.
        documented.get(field.path) ?? (field.path.split('.').length > 2 ? nearest(documented, field.path) : undefined) ?? '', // prettier-ignore
        ...names.flatMap((name) => {
          const text = nearest(sources[name], field.path);
          return text === undefined ? [] : [`_${name}_: ${text}`];
        }),
      ]
        .filter((text) => text !== '')
        .join(' '),
    ),
  ]);
  const head = ['field', 'may be', ...(isDefaulted ? ['default'] : []), ...names.map((name) => `\`RECIPES.${name}\``), 'what it is, and its source']; // prettier-ignore
  return markdownTable([head, ...rows], { alignDelimiters: false });
}

function valueAt(recipe: object | undefined, path: string): string {
  const value = path
    .split('.')
    .reduce<unknown>((inner, name) => (inner as Record<string, unknown> | undefined)?.[name], recipe);
  return value === undefined ? '' : `\`${JSON.stringify(value).replaceAll(',', ', ')}\``;
}

/** The comment of a field, or of the object that it is in. */
function nearest(comments: Documentation | undefined, path: string): string | undefined {
  return comments?.get(path) ?? comments?.get(path.replace(/\.[^.]+$/, ''));
}

/** Comments of recipes by their name and path, and what their abbreviations mean. */
function sourcesOf(
  file: string,
  names: readonly string[],
): { readonly legend: string; readonly by: Readonly<Record<string, Documentation>> } {
  const text = readFileSync(resolve(ROOT, file), 'utf8');
  const legend = /^\/\/ ([A-Z]+ = .*)$/m.exec(text)?.[1] ?? '';
  return { legend, by: Object.fromEntries(names.map((name) => [name, literalComments(text, name)])) };
}

function cell(text: string): string {
  return escaped(text).replaceAll('|', '\\|');
}

/** Outside of code, nothing is a tag or an interpolation of Vue. */
function escaped(text: string): string {
  return text.replaceAll('<', '&lt;').replaceAll('{{', '&#123;&#123;');
}
