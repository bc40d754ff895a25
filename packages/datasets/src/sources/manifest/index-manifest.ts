import { existsSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';
import type { IndexProgress } from '../../data-set.ts';
import { inspectAll, isBroken } from '../../files/inspect-all.ts';
import { UNKNOWN } from '../../image-source.ts';
import type { Manifest } from '../../manifest.ts';
import type { Indexed } from '../folder/index-folder.ts';
import { testShare } from '../test-share.ts';
import type { ManifestOptions } from './options.ts';
import { readRows, type BadRow, type Columns, type Row } from './rows.ts';

/** Rows that cannot be used are named up to so many. */
const MOST_NAMED = 5;

/** A row whose path is one of a file below the manifest's folder, or beside it. */
type Placed = Row & { readonly file: string };

/** What of a manifest is asked for. */
type Asked = ManifestOptions & {
  /** What the split column says of rows that come with the training images and are held out. */
  readonly heldOut?: string | undefined;
};

/**
 * Looks at the images of a manifest. Its classes are the labels of its training rows, sorted; where all are whole
 * numbers, by their value. Its order is that of the rows.
 *
 * @throws Error that names the lines of rows that cannot be used, a few of them, or says which option is needed
 */
export async function indexManifest(
  file: string,
  asked: Asked,
  split: Manifest['split'],
  progress: IndexProgress = () => undefined,
): Promise<Indexed> {
  const columns: Columns = {
    path: asked.pathColumn ?? 'path',
    label: asked.labelColumn ?? 'label',
    split: asked.splitColumn,
  };
  const read = await placedRows(file, columns);
  const beside = typeof asked.test === 'string' && columns.split === undefined ? asked.test : undefined;
  const testFile = beside === undefined ? undefined : join(dirname(file), beside);
  if (testFile !== undefined && !existsSync(testFile))
    throw new Error(
      `there is no ${testFile}, which data.test names${columns.split === undefined ? '; a column that tells test images: --set data.splitColumn=split' : ''}`,
    );
  const ofTest = testFile === undefined ? [] : await placedRows(testFile, columns);
  const { train, test, classes } = partsOf(read, ofTest, asked, file);
  const held = split === 'train' ? heldOutOf(read, asked, classes, file) : [];
  const wanted = split === 'train' ? [...train, ...held] : test;
  const from = split === 'test' && testFile !== undefined ? testFile : file;
  if (wanted.length === 0) throw new Error(`${from} names no ${split === 'train' ? 'training' : 'test'} images`);

  const root = dirname(file);
  const inspected = await inspectAll(
    root,
    wanted.map((row) => row.file),
    (done) => progress(basename(from), done, wanted.length),
  );
  // `]!`: a file is looked at for each row.
  refuse(
    from,
    inspected.flatMap((one, i) => (isBroken(one) ? [{ line: wanted[i]!.line, why: `${one.path}: ${one.why}` }] : [])),
  );
  const folders = new Set(wanted.map((row) => posix.dirname(row.file)));
  return {
    index: {
      classes,
      entries: inspected.flatMap((one) => (isBroken(one) ? [] : [one])),
      labels: wanted.map(({ label }) => (label === undefined ? UNKNOWN : classes.indexOf(label))),
      ...(held.length > 0 && { heldOut: held.map((_, i) => train.length + i) }),
    },
    rests: [file, ...(testFile === undefined ? [] : [testFile]), ...folders],
    skipped: [],
  };
}

async function placedRows(file: string, columns: Columns): Promise<Placed[]> {
  const { rows, bad } = await readRows(file, columns);
  const lines = new Map<string, number>();
  const wrong: BadRow[] = [...bad];
  const placed = rows.flatMap((row): Placed[] => {
    const why = whyNoPath(row, columns);
    const path = posix.normalize(row.path);
    const before = lines.get(path);
    if (why !== undefined) wrong.push({ line: row.line, why });
    else if (before !== undefined)
      wrong.push({ line: row.line, why: `names ${row.path} again, as line ${before} does` });
    else lines.set(path, row.line);
    return [{ ...row, file: path }];
  });
  refuse(file, wrong);
  if (placed.length === 0) throw new Error(`${file} has no rows`);
  return placed;
}

function whyNoPath({ path, split }: Row, columns: Columns): string | undefined {
  if (path === '') return `has nothing in the column '${columns.path}'`;
  if (/^([/\\]|[a-z]:[/\\])/i.test(path))
    return `${path} begins at the root, and is another file elsewhere: write it from the manifest's folder on`;
  if (columns.split !== undefined && split === undefined) return `has nothing in the column '${columns.split}'`;
  return undefined;
}

/** Which rows are training and test images. */
function partsOf(
  rows: readonly Placed[],
  beside: readonly Placed[],
  { splitColumn, test: asked, testSeed = 0 }: ManifestOptions,
  file: string,
): { readonly train: readonly Placed[]; readonly test: readonly Placed[]; readonly classes: readonly string[] } {
  if (typeof asked === 'number') {
    const all = splitColumn === undefined ? rows : rows.filter(({ split }) => split === 'train');
    const classes = classesOf(all, file);
    const labels = all.map(({ label }) => (label === undefined ? UNKNOWN : classes.indexOf(label)));
    const isTest = testShare(labels, classes, asked, testSeed);
    return { train: all.filter((_, i) => !isTest[i]), test: all.filter((_, i) => isTest[i]), classes };
  }
  if (splitColumn === undefined && asked === undefined)
    throw new Error(
      `nothing says which images of ${file} are for the test: a share of them (--set data.test=0.2), those of a column (--set data.splitColumn=split) or of another file beside it (--set data.test=test.csv)`,
    );
  const value = typeof asked === 'string' && splitColumn !== undefined ? asked : 'test';
  const train = splitColumn === undefined ? rows : rows.filter(({ split }) => split === 'train');
  const test = splitColumn === undefined ? beside : rows.filter(({ split }) => split === value);
  if (splitColumn !== undefined && (train.length === 0 || test.length === 0)) {
    const values = [...new Set(rows.map(({ split }) => split))].map((one) => `'${one}'`).join(', ');
    throw new Error(
      `${file} has ${train.length} rows of '${splitColumn}' train and ${test.length} of ${value}; it has ${values}. Name that of test images: --set data.test=val`,
    );
  }
  const classes = classesOf(train, file);
  const known = new Set(classes);
  const lines = new Map(train.map((row) => [row.file, row.line]));
  refuse(
    splitColumn === undefined && asked !== undefined ? join(dirname(file), asked) : file,
    test.flatMap(({ line, label, file: path }) => {
      if (label === undefined) return [{ line, why: `${path} is a test image and has no label` }];
      if (!known.has(label)) return [{ line, why: `no training image is of the class '${label}'` }];
      const other = lines.get(path);
      return other === undefined ? [] : [{ line, why: `${path} is a training image too, by line ${other}` }];
    }),
  );
  return { train, test, classes };
}

/** The rows that are held out by what the split column says of them. */
function heldOutOf(
  rows: readonly Placed[],
  { heldOut, splitColumn, test }: Asked,
  classes: readonly string[],
  file: string,
): readonly Placed[] {
  if (heldOut === undefined) return [];
  const says = (why: string): Error =>
    new Error(`data.heldOut says which rows of ${file} are held out, by a column: ${why}`);
  if (splitColumn === undefined) throw says('name it, --set data.splitColumn=split');
  if (heldOut === 'train' || heldOut === (typeof test === 'number' ? undefined : (test ?? 'test')))
    throw says(`rows of '${splitColumn}' ${heldOut} are ${heldOut === 'train' ? 'training' : 'test'} images`);
  const held = rows.filter(({ split }) => split === heldOut);
  if (held.length === 0) throw says(`no row says ${heldOut} in '${splitColumn}'`);
  refuse(
    file,
    held.flatMap(({ line, label, file: path }) =>
      label === undefined
        ? [{ line, why: `${path} is held out and has no label` }]
        : classes.includes(label)
          ? []
          : [{ line, why: `no training image is of the class '${label}'` }],
    ),
  );
  return held;
}

/** Labels, sorted by the codes of their characters, or as the whole numbers that all of them are. */
function classesOf(rows: readonly Row[], file: string): string[] {
  const names = [...new Set(rows.flatMap(({ label }) => (label === undefined ? [] : [label])))];
  if (names.length === 0) throw new Error(`no training image of ${file} has a label, so that there are no classes`);
  return names.every((name) => /^\d+$/.test(name))
    ? names.toSorted((a, b) => Number(a) - Number(b))
    : names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

function refuse(file: string, bad: readonly BadRow[]): void {
  if (bad.length === 0) return;
  const sorted = bad.toSorted((a, b) => a.line - b.line);
  const more = sorted.length > MOST_NAMED ? [`and ${sorted.length - MOST_NAMED} more`] : [];
  throw new Error(
    [
      `${file} has ${bad.length === 1 ? 'a row' : `${bad.length} rows`} that cannot be used; put ${bad.length === 1 ? 'it' : 'them'} right, or take ${bad.length === 1 ? 'it' : 'them'} away:`,
      ...sorted.slice(0, MOST_NAMED).map(({ line, why }) => `line ${line}: ${why}`),
      ...more,
    ].join('\n  '),
  );
}
