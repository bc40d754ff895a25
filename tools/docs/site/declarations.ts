import { dataSchema, fashionMnist, SHIPPED, type DataSet } from '@spatial-ensemble/datasets';
import { Study } from '@spatial-ensemble/record';
import { markdownTable } from 'markdown-table';
import { z } from 'zod';
import { Comments, type Documentation } from './documentation.ts';
import { cell } from './escaped.ts';
import { fieldsOf, OWN_NAME, type Field, type Schema } from './fields.ts';

const DECLARED = 'packages/datasets/src/declared-data.ts';
const STUDY = 'packages/record/src/study.ts';

/** Where the comments of a data set's options are: a file, and the name of what has them. */
const OPTIONS: Readonly<Record<string, readonly [file: string, name: string]>> = {
  folder: ['folder/own-folder.ts', 'options'],
  manifest: ['manifest/options.ts', 'manifestOptions'],
  imagenet: ['imagenet.ts', 'options'],
  stl10: ['stl10/stl10.ts', 'options'],
  svhn: ['svhn/svhn.ts', 'options'],
  'fashion-mnist': ['fashion-mnist.ts', 'options'],
  cifar10: ['cifar/cifar.ts', ''],
  cifar100: ['cifar/cifar.ts', ''],
};

const DATA_SETS: readonly (readonly [set: DataSet, file: string, name: string])[] = SHIPPED.map((set) => {
  const found = OPTIONS[set.name];
  if (found === undefined) throw new Error(`say in ${import.meta.url} where the options of ${set.name} are commented`);
  return [set, `packages/datasets/src/sources/${found[0]}`, found[1]];
});

/** The files that the pages link to. */
export const DECLARATION_SOURCES: readonly string[] = [DECLARED, STUDY, ...DATA_SETS.map(([, file]) => file)];

/** What a page says of a field. */
interface Told extends Field {
  readonly what: string;
}

/** Fields under a heading. */
interface Part {
  readonly title: string;
  readonly before: string;
  readonly fields: readonly Told[];
}

/** What the pages say, by page. */
export function declared(): ReadonlyMap<string, readonly Part[]> {
  const comments = new Comments([...new Set(DECLARATION_SOURCES)]);
  return new Map([
    ['data-sets', [everySet(comments), ...DATA_SETS.map((one) => ofSet(comments, one))]],
    ['study', ofStudy(comments)],
  ]);
}

/** The pages of what an experiment declares, by their paths in the site. */
export function declarationPages(): ReadonlyMap<string, string> {
  return new Map([...declared()].map(([page, parts]) => [`reference/${page}.md`, pageOf(HEADS[page]!, parts)]));
}

const HEADS: Readonly<Record<string, readonly [title: string, text: string]>> = {
  'data-sets': [
    'Options of data sets',
    `What \`data\` of an experiment may say, and \`--set data.NAME=\` change: generated from the schemas ([\`${DECLARED}\`](/source/${DECLARED}.html)) and their comments. \`--set data.NAME=null\` leaves an option out.`,
  ],
  study: [
    'Fields of a study',
    `What \`defineExperiment\` is given beside the method, which names itself: generated from the schema ([\`${STUDY}\`](/source/${STUDY}.html)) and its comments. \`${OWN_NAME}\` is a name of your own. What \`spec\` may say is the method's ([FixMatch](/reference/spec-fixmatch.html), [BYOL](/reference/spec-byol.html), [MoCo](/reference/spec-moco.html)), what \`data\` may say the [data set's](/reference/data-sets.html).`,
  ],
};

/** What is declared of the images of any set. */
function everySet(comments: Comments): Part {
  const own = Object.keys(fashionMnist.options);
  const fields = ofSchema(dataSchema([fashionMnist])).filter(({ path }) => path !== 'source' && !own.includes(path));
  return {
    title: 'Every data set',
    before: `\`source\` names it: ${DATA_SETS.map(([{ name }]) => `\`${name}\``).join(', ')}, or one of your own.`,
    fields: told(fields, comments.of(DECLARED, 'SPLIT')),
  };
}

function ofSet(comments: Comments, [{ name, title, options }, file, place]: (typeof DATA_SETS)[number]): Part {
  const fields = ofSchema(z.strictObject(options));
  return {
    title: `\`${name}\``,
    before: `${title} ([\`${file}\`](/source/${file}.html)).${fields.length === 0 ? ' It has no options.' : ''}`,
    fields: fields.length === 0 ? [] : told(fields, comments.of(file, place)),
  };
}

/** By the first part of their paths; what is the study's own stands first. */
function ofStudy(comments: Comments): readonly Part[] {
  const all = told(ofSchema(Study), comments.of(STUDY, 'Study')).filter(({ path }) => path !== 'method');
  const first = ({ path }: Field): string => (path.includes('.') ? path.split('.')[0]! : '');
  return [...new Set(all.map(first))]
    .toSorted((a, b) => Number(a !== '') - Number(b !== ''))
    .map((name) => ({
      title: name === '' ? 'The study itself' : `\`${name}\``,
      before: name === '' ? '' : (comments.of(STUDY, 'Study').get(name) ?? ''),
      fields: all.filter((field) => first(field) === name),
    }));
}

function ofSchema(schema: z.ZodType): readonly Field[] {
  return fieldsOf(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Schema);
}

/** Comments know nothing of the names of one's own. */
function told(fields: readonly Field[], documented: Documentation): readonly Told[] {
  return fields.map((field) => ({
    ...field,
    what: documented.get(field.path.replaceAll(`.${OWN_NAME}`, '')) ?? '',
  }));
}

function pageOf([title, text]: readonly [string, string], parts: readonly Part[]): string {
  return [
    '---\naside: false\npageClass: wide-page\n---',
    `# ${title}`,
    text,
    ...parts.flatMap(({ title: part, before, fields }) => [`## ${part}`, before, tableOf(fields)]),
  ]
    .filter((one) => one !== '')
    .join('\n\n')
    .concat('\n');
}

function tableOf(fields: readonly Told[]): string {
  if (fields.length === 0) return '';
  const rows = fields.map((field) => [
    `\`${field.path}\``,
    `${cell(field.allowed)}${field.kinds.length === 0 ? '' : ` (${field.kinds.map((kind) => `\`${kind}\``).join(', ')})`}`,
    field.default === undefined ? '' : `\`${field.default}\``,
    cell(field.what),
  ]);
  return markdownTable([['field', 'may be', 'default', 'what it is'], ...rows], { alignDelimiters: false });
}
