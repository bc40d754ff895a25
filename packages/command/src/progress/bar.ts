/** What a bar's line tells. */
export interface BarParts {
  /** Whose bar it is; cut where there is no room. */
  readonly title: string;
  readonly done: number;
  readonly total: number;
  /** Said where there is room, the first of them longest. */
  readonly extra: readonly string[];
  /** Said in any case, at the end. */
  readonly kept: readonly string[];
}

/** How often a bar is drawn anew, and how often a line is written where there is no terminal. */
export const DRAW_EVERY_MS = 100;
export const LINE_EVERY_MS = 10_000;

const CLEAR_TO_END = '\u001b[K';
const BAR = { shortest: 8, longest: 40 } as const;
const TITLE_SHORTEST = 12;
const GAP = '  ';

/** Draws a bar in the place of the one before. */
export function drawBar(terminal: NodeJS.WriteStream, parts: BarParts): void {
  terminal.write(`\r${barText(terminal, parts)}${CLEAR_TO_END}`);
}

/** Takes the bar off the terminal. */
export function eraseBar(terminal: NodeJS.WriteStream): void {
  terminal.write(`\r${CLEAR_TO_END}`);
}

/** A bar for this terminal, as wide as it is now. */
export function barText({ columns }: NodeJS.WriteStream, parts: BarParts): string {
  return barLine(columns > 0 ? columns : 80, parts);
}

/**
 * A line for a terminal of so many columns, one shorter than it, so that no terminal wraps it: title, bar, extra parts,
 * percent, counts, kept parts. What there is no room for is left out, the extra parts first, then the bar, then the
 * title's end; what is kept is never cut on a terminal of 50 columns and more.
 */
function barLine(columns: number, { title, done, total, extra, kept }: BarParts): string {
  const room = Math.max(1, columns - 1);
  const percent = total === 0 ? 100 : Math.floor((100 * done) / total);
  const ending = [`${percent} %`, `${count(done)}/${count(total)}`, ...kept].filter((part) => part !== '');
  for (let n = extra.length; n >= 0; n--) {
    const said = [...extra.slice(0, n), ...ending].filter((part) => part !== '').join(GAP);
    const left = room - title.length - said.length - 2 * GAP.length;
    if (left >= BAR.shortest) return [title, bar(Math.min(left, BAR.longest), done, total), said].join(GAP);
  }
  const said = ending.join(GAP);
  const left = room - said.length - GAP.length;
  if (left >= Math.min(title.length, TITLE_SHORTEST)) return `${cut(title, left)}${GAP}${said}`;
  return cut(said, room);
}

function bar(width: number, done: number, total: number): string {
  const full = total === 0 ? width : Math.min(width, Math.floor((width * done) / total));
  return '█'.repeat(full) + '░'.repeat(width - full);
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
