import {
  checkFiles,
  findImages,
  skippedText,
  TINY,
  type Checked,
  type CheckedColumns,
  type Duplicates,
  type Finding,
  type Found,
} from '@spatial-ensemble/datasets';

/** Of each sort of finding so many are named; `--json` has all. */
const MOST_NAMED = 20;

/** What was found of somebody's images. */
export interface DataCheck {
  readonly ok: boolean;
  readonly text: string;
  /** For `--json`. */
  readonly document: object;
}

/**
 * Reads every image of a directory or of a manifest once, and says what is wrong with which. Nothing is written.
 *
 * @param progress told how many images have been read
 * @throws Error where there are no images, or the manifest cannot be read
 */
export async function dataCheck(
  place: string,
  columns: CheckedColumns,
  progress?: (done: number, total: number) => void,
): Promise<DataCheck> {
  const found = await findImages(place, columns);
  const checked = await checkFiles(found, progress);
  const ok = checked.damaged.length === 0 && found.badRows.length === 0;
  const { badRows, skipped } = found;
  return { ok, text: textOf(place, found, checked), document: { place, badRows, skipped, ...checked } };
}

function textOf(place: string, { badRows, skipped, images }: Found, checked: Checked): string {
  const parts = [...new Set(images.map(({ part }) => part))].filter((part) => part !== '');
  const many = (n: number, one: string, several: string): string =>
    `${n.toLocaleString('en')} ${n === 1 ? one : several}`;
  const named = (what: string, lines: readonly string[]): string[] => [
    `${what}: ${lines.length.toLocaleString('en')}`,
    ...lines.slice(0, MOST_NAMED).map((line) => `  ${line}`),
    ...(lines.length > MOST_NAMED ? [`  and ${lines.length - MOST_NAMED} more (--json lists all)`] : []),
  ];
  const findings = (list: readonly Finding[]): string[] => list.map(({ path, why }) => `${path}: ${why}`);
  const copies = (list: readonly Duplicates[]): string[] => list.map(({ paths }) => paths.join(' = '));
  const lines = [
    `${place}: ${many(checked.images, 'image', 'images')}${parts.length === 0 ? ', of no parts that are told apart' : ` (${parts.join(', ')})`}`,
    ...(badRows.length === 0 ? [] : named('Rows that cannot be used', badRows)),
    ...named('Damaged, or of a kind that is not read', findings(checked.damaged)),
    ...named('Named as another kind of file, and read as what they are', findings(checked.misnamed)),
    ...named(`Tiny, a side below ${TINY} pixels`, findings(checked.tiny)),
    ...named('The same pixels in several parts', copies(checked.acrossParts)),
    ...named('The same pixels in two classes of a part', copies(checked.twoClasses)),
    ...named('The same pixels repeated in a class', copies(checked.repeated)),
  ];
  const notRead = skippedText(skipped);
  return [...lines, ...(notRead === undefined ? [] : [notRead])].join('\n');
}
