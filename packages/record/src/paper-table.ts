import { z } from 'zod';

import { name } from './fields.ts';

/** What stands in place of a number that we could not read in any source. */
export const NOT_AVAILABLE = 'not available to us';

/** Who says so. */
export const CellOrigin = z.enum([
  'the paper',
  "the paper's abstract",
  "the paper's official code",
  'a leaderboard',
  'another publication',
]);
export type CellOrigin = z.infer<typeof CellOrigin>;

export const PaperTableCell = z
  .strictObject({
    /** Unique in its table; experiments name cells by it. */
    id: name,
    row: z.string().min(1),
    column: z.string().min(1),
    value: z.number().nullable(),
    /** Standard deviation or half-range as the source prints it. */
    spread: z.number().positive().optional(),
    unit: z.string().min(1).default('%'),
    /** `verified`: read in the named source itself; `secondary`: read in a text that quotes it. */
    status: z.enum(['verified', 'secondary', NOT_AVAILABLE]),
    origin: CellOrigin,
    /** Null where there is no number. */
    source: z.string().min(1).nullable(),
    note: z.string().min(1).optional(),
  })
  .refine((cell) => (cell.value === null) === (cell.status === NOT_AVAILABLE), {
    path: ['status'],
    error: `a cell without a number is '${NOT_AVAILABLE}', and only such a cell`,
  })
  .refine((cell) => (cell.value === null) === (cell.source === null), {
    path: ['source'],
    error: 'a number needs a source, and nothing else has one',
  });
export type PaperTableCell = z.infer<typeof PaperTableCell>;

/** What is published about one table of the paper, cell by cell: `experiments/tables/*.json`. */
export const PaperTable = z
  .strictObject({
    format: z.literal('spatial-ensemble/paper-table-1'),
    id: name,
    title: z.string().min(1),
    note: z.string().min(1).optional(),
    cells: z.array(PaperTableCell).min(1),
  })
  .refine((table) => new Set(table.cells.map(({ id }) => id)).size === table.cells.length, {
    path: ['cells'],
    error: 'two cells share an id',
  });
export type PaperTable = z.infer<typeof PaperTable>;
