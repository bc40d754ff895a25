/** A setting of a method, of an evaluation or of the images, as a mark names it: `optimiser.kind=sgd`. */
export interface Condition {
  readonly path: string;
  readonly value: string;
}

/** What one `DEVIATION` in a source file says. */
export interface Mark {
  /** The file, relative to the repository's root, with forward slashes. */
  readonly file: string;
  /** Names of methods, of evaluations' methods, of data sources, of studies; `none`: it reaches no published cell. */
  readonly of: readonly string[];
  /** Of those, runs in which all of these hold; empty: all. */
  readonly where: readonly Condition[];
  /** The text, in one line. */
  readonly text: string;
}

const MARK = /DEVIATION(?: \((?<scope>[^)]*)\))?: /;
/** What stands in front of the text of a comment's line. */
const FRAME = /^\s*(?:\/\*\*?|\*(?!\/)|\/\/|#)? ?/;

/**
 * The marks of one file. A mark is a paragraph of a comment, or of Markdown, that begins `DEVIATION: ` or, where its
 * place does not say what it reaches, `DEVIATION (linear, protocol=sts): ` with names of what it reaches and settings that it
 * needs. It ends at a blank line, at the next mark, at a tag, or with the comment.
 *
 * @param own what a mark without names is of; undefined: it must have names.
 * @throws Error naming file and line of a mark without names or with a condition that is none
 */
export function marksOf(file: string, text: string, own: string | undefined): Mark[] {
  const lines = text.split('\n');
  return lines.flatMap((line, i) => {
    const found = MARK.exec(line);
    // Within a sentence, or in quotes, the word is spoken of.
    if (found === null || line.slice(0, found.index).replace(FRAME, '') !== '') return [];
    const refuse = (why: string): never => {
      throw new Error(`${file}:${i + 1}: ${why}`);
    };
    const scope = listed(found.groups?.['scope'] ?? '');
    const named = scope.filter((part) => !part.includes('='));
    const of = named.length === 0 && own !== undefined ? [own] : named;
    if (of.length === 0)
      refuse('say what this reaches: `DEVIATION (fixmatch): …`, with methods, data sources or studies, or `(none)`');
    const where = scope
      .filter((part) => part.includes('='))
      .map((condition): Condition => {
        const [, path, value] = /^([\w.-]+)=(\S+)$/.exec(condition) ?? refuse(`'${condition}' is no \`key=value\``);
        return { path: path!, value: value! };
      });
    const isComment = /^\s*(?:\*|\/\/|\/\*)/.test(line);
    const rest = lines.slice(i + 1).findIndex((next) => endsMark(next, isComment));
    const body = lines.slice(i + 1, rest < 0 ? undefined : i + 1 + rest);
    const words = [line.slice(found.index + found[0].length), ...body.map((next) => next.replace(FRAME, ''))];
    return [
      {
        file,
        of,
        where,
        text: words
          .join(' ')
          .replace(/\*\/.*$/, '')
          .replace(/\s+/g, ' ')
          .trim(),
      },
    ];
  });
}

function listed(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function endsMark(line: string, isComment: boolean): boolean {
  if (isComment ? !/^\s*(?:\*(?!\/)|\/\/)/.test(line) : /^\s*[-#|]/.test(line)) return true;
  const text = line.replace(FRAME, '').trim();
  return text === '' || MARK.test(text) || text.startsWith('@');
}
