import { extname } from 'node:path';
import { readBounded } from '@spatial-ensemble/files';
import { parse, type CsvError } from 'csv-parse/sync';
import { z } from 'zod';

/** Ten million rows of a hundred bytes; a text of JavaScript can have 0.5 GB. */
const MOST_BYTES = 5e8;

/** The columns of a table, or the fields of its lines of JSON. */
export interface Columns {
  readonly path: string;
  readonly label: string;
  /** Which says `train`, or what the rows are of else. */
  readonly split?: string | undefined;
}

/** One row: an image, and what is said of it. */
export interface Row {
  /** Where it ends, from 1. */
  readonly line: number;
  /** As written; empty where the row gives none. */
  readonly path: string;
  /** Undefined where the row gives none. */
  readonly label: string | undefined;
  readonly split: string | undefined;
}

/** Why a row cannot be used. */
export interface BadRow {
  readonly line: number;
  readonly why: string;
}

/** What a cell may be; JSON has numbers and null too. */
const Cell = z.union([z.string(), z.number(), z.null()]).optional();

/**
 * The rows of a table: CSV (RFC 4180, the first line names the columns, UTF-8 with or without a mark), or a JSON object
 * a line (`.jsonl`, `.ndjson`). A label is text or a number; one that is empty, null or absent is none.
 *
 * @returns the rows, and those that are none
 * @throws Error if the file cannot be read, is of another kind, or lacks a column that is asked for
 */
export async function readRows(
  file: string,
  columns: Columns,
): Promise<{ readonly rows: readonly Row[]; readonly bad: readonly BadRow[] }> {
  const text = new TextDecoder('utf-8', { fatal: true });
  const bytes = await readBounded(file, MOST_BYTES);
  let content: string;
  try {
    content = text.decode(bytes);
  } catch (error) {
    throw new Error(`${file} is not UTF-8: save it so`, { cause: error });
  }
  const kind = extname(file).toLowerCase();
  if (kind === '.jsonl' || kind === '.ndjson') return rowsOfJson(content, columns);
  if (kind === '.csv') return rowsOfCsv(content, columns, file);
  throw new Error(`${file}: a manifest ends in .csv or .jsonl, as what it is`);
}

function rowsOfCsv(content: string, columns: Columns, file: string): { rows: Row[]; bad: BadRow[] } {
  const bad: BadRow[] = [];
  let names: readonly string[] = [];
  const known = (header: string[]): string[] => {
    names = header;
    const missing = Object.entries(columns).find(([, name]) => name !== undefined && !header.includes(name));
    if (missing !== undefined)
      throw new Error(
        `${file} has no column '${missing[1]}'; it has ${header.map((name) => `'${name}'`).join(', ')}. Say which it is: --set data.${missing[0]}Column=${header[0]}`,
      );
    return header;
  };
  let records: { readonly record: Readonly<Record<string, string>>; readonly info: Info }[];
  try {
    records = parse(content, {
      bom: true,
      columns: known,
      info: true,
      skip_empty_lines: true,
      trim: true,
      relax_column_count: true,
    }) as unknown as typeof records;
  } catch (error) {
    const { code, lines, message } = error as CsvError & { readonly lines?: number };
    if (code === undefined) throw error;
    throw new Error(`${file} is no CSV${lines === undefined ? '' : `, line ${lines}`}: ${message}`, { cause: error });
  }
  const rows = records.flatMap(({ record, info: { lines: line, error } }): Row[] => {
    if (error !== undefined) {
      bad.push({ line, why: `has ${error.record?.length ?? 'other'} cells instead of ${names.length}` });
      return [];
    }
    return [{ line, ...row((name) => record[name], columns) }];
  });
  return { rows, bad };
}

/** What the parser says of a record. */
interface Info {
  readonly lines: number;
  readonly error?: { readonly record?: readonly string[] };
}

function rowsOfJson(content: string, columns: Columns): { rows: Row[]; bad: BadRow[] } {
  const bad: BadRow[] = [];
  const rows = content.split(/\r?\n/).flatMap((text, i): Row[] => {
    const line = i + 1;
    if (text.trim() === '') return [];
    try {
      const record = z.record(z.string(), z.unknown()).parse(JSON.parse(text));
      const cells = new Map(
        Object.values(columns).flatMap((name): [string, string | undefined][] =>
          name === undefined ? [] : [[name, Cell.parse(record[name])?.toString()]],
        ),
      );
      return [{ line, ...row((name) => cells.get(name), columns) }];
    } catch (error) {
      bad.push({
        line,
        why: error instanceof SyntaxError ? 'is no JSON' : 'is no JSON object with texts or numbers in its columns',
      });
      return [];
    }
  });
  return { rows, bad };
}

function row(cell: (name: string) => string | undefined, { path, label, split }: Columns): Omit<Row, 'line'> {
  return {
    path: cell(path) ?? '',
    label: cell(label) || undefined,
    split: split === undefined ? undefined : cell(split) || undefined,
  };
}
