import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { chunksOfFile, writeChecked } from '@spatial-ensemble/files';
import { runCommand, sealed, suggestion, unsealed } from '@spatial-ensemble/record';
import { readSafetensors, readStored, safetensorsPieces } from '@spatial-ensemble/store';
import { loadFile, merged, prefixed, recognise, type StateDict } from '@spatial-ensemble/weights';
import { z } from 'zod';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** `import.json`: what imported weights are. */
const Imported = z.strictObject({
  format: z.literal('spatial-ensemble/import-1'),
  /** SHA-256 of `weights.safetensors` beside it. */
  weights: sha256,
  file: z.strictObject({ name: z.string(), sha256 }),
  /** Whose checkpoints are named so. */
  layout: z.string(),
  /** Tensors of each network; a teacher that is absent is the student. */
  tensors: z.strictObject({ student: z.int().positive(), teacher: z.int().positive().optional() }),
  /** Tensors of the file that belong to neither. */
  unexpected: z.array(z.string()),
  /** What of the file is no weight, and why. */
  ignored: z.record(z.string(), z.string()),
});
type Imported = z.infer<typeof Imported>;

/** Imported weights, and where they are. */
export interface ImportedAt {
  readonly folder: string;
  readonly about: Imported;
}

const [FOLDER, WEIGHTS, ABOUT] = ['imports', 'weights.safetensors', 'import.json'];

/**
 * Takes a file of weights into a run store: its networks by our names as a safetensors file, and what became of the rest.
 * The same file comes to the same weights.
 *
 * @throws Error that names the file and what is wrong with it; WriteError
 */
export async function importFile(path: string, runs: string): Promise<ImportedAt> {
  const { layout, student, teacher, unexpected, ignored } = recognise(await loadFile(path));
  if (![...student.keys()].some((name) => name.startsWith('encoder.')))
    throw new Error(`${path} (${layout}) holds no encoder`);
  const state = merged(prefixed('student/', student), prefixed('teacher/', teacher ?? new Map()));
  const hash = createHash('sha256');
  for (const piece of safetensorsPieces(state)) hash.update(piece);
  const weights = hash.digest('hex');
  const name = basename(path).replace(/(\.(pth|pt|tar|ckpt|safetensors|npz))+$/, '').replace(/[^\w.-]+/g, '-'); // prettier-ignore
  const folder = join(runs, FOLDER, `${name}-${weights.slice(0, 8)}`);
  const about: Imported = {
    format: 'spatial-ensemble/import-1',
    weights,
    file: { name: basename(path), sha256: await digestOf(path) },
    layout,
    tensors: { student: student.size, ...(teacher !== undefined && { teacher: teacher.size }) },
    unexpected: [...unexpected],
    ignored: Object.fromEntries(ignored),
  };
  await writeChecked(join(folder, WEIGHTS), pieces(state));
  // Written last: where it is, the weights are whole.
  await writeChecked(join(folder, ABOUT), `${JSON.stringify(sealed(about), null, 2)}\n`);
  return { folder, about };
}

/**
 * Imported weights by what one calls them: the name of their folder, its beginning, or the first digits of their hash.
 *
 * @throws Error where there are none, or several
 */
export async function findImport(reference: string, runs: string): Promise<ImportedAt> {
  const all = await importsIn(runs);
  const wanted = basename(reference);
  const found = all.filter(
    ({ folder, about }) =>
      basename(folder).startsWith(wanted) || (wanted.length >= 4 && about.weights.startsWith(wanted)),
  );
  const [one, ...others] = found;
  if (one === undefined)
    throw new Error(
      `there are no imported weights ${reference} in ${join(runs, FOLDER)}.${suggestion(
        wanted,
        all.map(({ folder }) => basename(folder)),
      )} \`npx spatial-ensemble import FILE\` makes some.`,
    );
  if (others.length > 0)
    throw new Error(`${reference} may be ${found.map(({ folder }) => basename(folder)).join(' or ')}: say more of it`);
  return one;
}

/** Networks of imported weights, by our names in PyTorch's layout. @throws Error where they were changed */
export async function readImport({ folder, about }: ImportedAt): Promise<{ student: StateDict; teacher: StateDict }> {
  const path = join(folder, WEIGHTS);
  const { tensors, sha256: found } = await readSafetensors(path);
  if (found !== about.weights) throw new Error(`${path} is damaged: its hash is not the one that was noted when it was written. Import the file again`); // prettier-ignore
  const part = (prefix: string): StateDict =>
    new Map([...(tensors as StateDict)].filter(([name]) => name.startsWith(prefix)).map(([name, tensor]) => [name.slice(prefix.length), tensor])); // prettier-ignore
  const student = part('student/');
  return { student, teacher: about.tensors.teacher === undefined ? student : part('teacher/') };
}

async function importsIn(runs: string): Promise<ImportedAt[]> {
  const names = await readdir(join(runs, FOLDER)).catch(() => []);
  const folders = names.toSorted().map((name) => join(runs, FOLDER, name));
  return Promise.all(
    folders
      .filter((folder) => existsSync(join(folder, ABOUT)))
      .map(async (folder) => {
        const path = join(folder, ABOUT);
        return { folder, about: await readStored(path, (value) => unsealed(Imported, value, path)) };
      }),
  );
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of chunksOfFile(path)) hash.update(chunk);
  return hash.digest('hex');
}

async function* pieces(state: StateDict): AsyncGenerator<Uint8Array> {
  yield* safetensorsPieces(state);
}

/** What is said of an import. */
export function importedText({ folder, about }: ImportedAt): string {
  const { layout, tensors, unexpected, ignored, weights } = about;
  const networks = tensors.teacher === undefined ? `${tensors.student} tensors` : `student ${tensors.student}, teacher ${tensors.teacher} tensors`; // prettier-ignore
  const names = (all: readonly string[]): string =>
    all.length > MOST_NAMES
      ? `${all.slice(0, MOST_NAMES).join(', ')} and ${all.length - MOST_NAMES} more`
      : all.join(', ');
  const reasons = [...new Set(Object.values(ignored))];
  const name = basename(folder);
  return [
    `${folder}: ${networks}, named as in ${layout} (${weights.slice(0, 12)})`,
    ...(unexpected.length > 0 ? [`  unexpected, and not taken: ${names(unexpected)}`] : []),
    ...reasons.map((why) => `  not taken, ${why}: ${names(Object.keys(ignored).filter((one) => ignored[one] === why))}`), // prettier-ignore
    `A method starts from them: ${runCommand('NAME')} --init ${name}`,
    `As they are, they are evaluated: the same with --evaluate-at 0`,
  ].join('\n');
}

const MOST_NAMES = 8;
