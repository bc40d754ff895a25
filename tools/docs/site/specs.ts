import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ByolSpec, RECIPES } from '@spatial-ensemble/byol';
import { FixMatchSpec } from '@spatial-ensemble/fixmatch';
import { MocoSpec } from '@spatial-ensemble/moco';
import { markdownTable } from 'markdown-table';
import { z } from 'zod';
import { fineTuneSpec } from '../../../packages/evaluation/src/fine-tune-spec.ts';
import { KnnSpec } from '../../../packages/evaluation/src/knn-spec.ts';
import { linearSpec } from '../../../packages/evaluation/src/linear-spec.ts';
import { neighboursSpec } from '../../../packages/evaluation/src/neighbours-spec.ts';
import { robustnessSpec } from '../../../packages/robustness/src/robustness-spec.ts';
import { Comments, literalComments, type Documentation } from './documentation.ts';
import { cell, escaped } from './escaped.ts';
import { fieldsOf, type Field, type Schema } from './fields.ts';
import { SourceNames } from './source-names.ts';
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
  {
    title: 'nearest neighbours',
    page: 'knn',
    schema: KnnSpec,
    places: [place('', 'evaluation/src/knn-spec.ts', 'KnnSpec')],
  },
  {
    title: 'nearest neighbours as an evaluation',
    page: 'neighbours',
    schema: neighboursSpec(z.unknown()),
    places: [
      place('', 'evaluation/src/neighbours-spec.ts', 'neighboursSpec'),
      place('', 'evaluation/src/knn-spec.ts', 'KnnSpec'),
    ],
  },
  {
    title: 'fine-tuning',
    page: 'fine-tune',
    schema: fineTuneSpec(z.unknown()),
    places: [place('', 'evaluation/src/fine-tune-spec.ts', 'fineTuneSpec')],
  },
  {
    title: 'robustness',
    page: 'robustness',
    schema: robustnessSpec(z.unknown()),
    places: [place('', 'robustness/src/robustness-spec.ts', 'own'), place('', 'robustness/src/robustness-spec.ts', 'RobustnessSpec')], // prettier-ignore
  },
];

/** The files that the pages link to. */
export const SPEC_SOURCES: readonly string[] = METHODS.flatMap(({ places: [first] }) => first?.file ?? []);

/** What a page says of a field. */
export interface FieldAbout {
  readonly path: string;
  /** What it is; empty where nothing says so. */
  readonly what: string;
  /** Where its values are from, beside it or above for all of its object: a source, or this project (`ours`), where both are named the one in front. */
  readonly from: 'source' | 'ours' | 'unsaid';
}

/** A spec with all that its comments and those of its recipes say, by path. */
interface Spec extends Method {
  readonly fields: readonly Field[];
  readonly documented: Documentation;
  /** Comments of each recipe. */
  readonly by: Readonly<Record<string, Documentation>>;
  /** What abbreviations of sources mean. */
  readonly legend: string;
}

/** A page for the spec of each method, by its path in the site. */
export function specPages(): ReadonlyMap<string, string> {
  return new Map(specs().map((spec) => [`reference/spec-${spec.page}.md`, specPage(spec)]));
}

/** What the pages say of each field, by page. */
export function fieldsAbout(): ReadonlyMap<string, readonly FieldAbout[]> {
  return new Map(specs().map((spec) => [spec.page, aboutOf(spec)]));
}

function specs(): readonly Spec[] {
  const comments = new Comments([...new Set(METHODS.flatMap(({ places }) => places.map(({ file }) => file)))]);
  return METHODS.map((method) => {
    const documented = documentedBy(method, comments);
    const fields = fieldsOf(z.toJSONSchema(method.schema, { io: 'input', unrepresentable: 'any' }) as Schema);
    const sourced = method.recipes && sourcesOf(method.recipes.file, Object.keys(method.recipes.values));
    return { ...method, fields, documented, by: sourced?.by ?? {}, legend: sourced?.legend ?? '' };
  });
}

function documentedBy({ places }: Method, comments: Comments): Documentation {
  const documented = new Map<string, string>();
  for (const { at, file, name } of places)
    for (const [path, text] of comments.of(file, name)) {
      const whole = [at, path].filter((part) => part !== '').join('.');
      if (!documented.has(whole) && text !== '') documented.set(whole, text);
    }
  return documented;
}

function aboutOf(spec: Spec): readonly FieldAbout[] {
  const names = new SourceNames(`${spec.documented.get('') ?? ''} ${spec.legend}`);
  return spec.fields.map(({ path }) => {
    // What says it nearest, and first.
    const said = [path, ...objectsOf(path)].map((at) => names.first(textOf(spec, at)));
    return { path, what: spec.documented.get(path) ?? '', from: said.find((one) => one !== undefined) ?? 'unsaid' };
  });
}

function specPage(spec: Spec): string {
  const { title, places, fields, documented, legend } = spec;
  const [{ file: declared } = { file: '' }] = places;
  return [
    '---\naside: false\npageClass: wide-page\n---',
    `# Spec of ${title}`,
    `What \`spec\` of an experiment may say, and \`--set\` change: generated from the schema ([\`${declared}\`](/source/${declared}.html)) and its comments. A field without a default must be given. An unknown field is an error that names the nearest one.`,
    documented.get('') ?? '',
    legend,
    ownText(aboutOf(spec)),
    ...sections(fields).map(([name, own]) => `## ${name}\n\n${objectsText(spec, own)}${tableOf(spec, own)}`),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
}

/** Which fields have no source but this repository. */
function ownText(fields: readonly FieldAbout[]): string {
  const ours = fields.filter(({ from }) => from === 'ours').map(({ path }) => `\`${path}\``);
  const sourced = fields.filter(({ from }) => from === 'source').length;
  if (ours.length === 0) return `All ${fields.length} fields have a source.`;
  return `Of ${fields.length} fields, ${sourced} have a source; this project's own ${ours.length === 1 ? 'is' : 'are'} ${ours.join(', ')}.`;
}

/** Fields by the first part of their path; those of the spec itself stand under `spec`. */
function sections(fields: readonly Field[]): (readonly [string, readonly Field[]])[] {
  const found = new Map<string, Field[]>();
  for (const field of fields) found.set(groupOf(field), [...(found.get(groupOf(field)) ?? []), field]);
  return [...found];
}

function groupOf({ path }: Field): string {
  return objectsOf(path).at(-1) ?? 'spec';
}

/** The objects that a field is in, the innermost first: `a.b`, `a` of `a.b.c`. */
function objectsOf(path: string): readonly string[] {
  const parts = path.split('.');
  return parts.slice(1).map((_, i) => parts.slice(0, parts.length - 1 - i).join('.'));
}

/** What stands above a table: of the object that its fields are in, and of those within it. */
function objectsText(spec: Spec, fields: readonly Field[]): string {
  const objects = [...new Set(fields.flatMap(({ path }) => objectsOf(path).toReversed()))];
  const told = objects.map((at) => [at, escaped(textOf(spec, at))] as const).filter(([, text]) => text !== '');
  return told.map(([at, text]) => (at.includes('.') ? `\`${at}\`: ${text}\n\n` : `${text}\n\n`)).join('');
}

/** What comments say of a field or an object: those of the schema, then those of recipes. */
function textOf({ documented, by }: Spec, path: string): string {
  const recipes = Object.entries(by).map(([name, comments]) => [name, comments.get(path)] as const);
  return [documented.get(path), ...recipes.map(([name, text]) => text && `_${name}_: ${text}`)]
    .filter((text) => text !== undefined && text !== '')
    .join(' ');
}

function tableOf(spec: Spec, fields: readonly Field[]): string {
  const recipes: Readonly<Record<string, object>> = spec.recipes?.values ?? {};
  const names = Object.keys(recipes);
  const isDefaulted = fields.some((field) => field.default !== undefined);
  const rows = fields.map((field) => [
    `\`${field.path}\``,
    `${cell(field.allowed)}${field.kinds.length === 0 ? '' : ` (${field.kinds.map((kind) => `\`${kind}\``).join(', ')})`}`,
    ...(isDefaulted ? [field.default === undefined ? '' : `\`${field.default}\``] : []),
    ...names.map((name) => valueAt(recipes[name], field.path)),
    cell(textOf(spec, field.path)),
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

/** Comments of recipes by their name and path, and what their abbreviations mean. */
function sourcesOf(
  file: string,
  names: readonly string[],
): { readonly legend: string; readonly by: Readonly<Record<string, Documentation>> } {
  const text = readFileSync(resolve(ROOT, file), 'utf8');
  const legend = /^\/\/ ([A-Z]+ = .*)$/m.exec(text)?.[1] ?? '';
  return { legend, by: Object.fromEntries(names.map((name) => [name, literalComments(text, name)])) };
}
