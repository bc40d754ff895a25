import type { core, z } from 'zod';

import { explain, shown } from './explain.ts';
import { otherFormat } from './format.ts';

/** A value did not fit its schema; `problems` holds one line for each thing that is wrong. */
export class SchemaError extends Error {
  override readonly name: string = 'SchemaError';
  readonly problems: readonly string[];

  constructor(what: string, problems: readonly string[]) {
    super(`${what}:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/** A document has an older format than this version reads, or a newer one. */
export class OtherFormat extends SchemaError {
  override readonly name = 'OtherFormat';
}

/**
 * `value` as `schema` understands it, defaults filled in.
 *
 * Works for every zod schema, a method's own too. Each problem names the field as `--set` does, the value, and what is allowed; an
 * unknown key or choice is reported with the nearest valid one and all of them.
 *
 * A document of an older or a newer format than the schema's is named as that, whatever else is in it.
 *
 * @param what what is being read, for the message: `experiments/quickstart.experiment.ts`, `result abc.json`.
 * @param prefix what stands before the fields' names: `data`, `measurements.knn`, as in `--set`.
 * @throws OtherFormat where it has another format
 * @throws SchemaError
 */
export function parse<T>(schema: z.ZodType<T>, value: unknown, what: string, prefix = ''): T {
  const other = otherFormat(schema, value);
  if (other !== undefined) throw new OtherFormat(`${what} cannot be read`, [other]);
  const parsed = schema.safeParse(value, { error: explain, reportInput: true });
  if (parsed.success) return parsed.data;
  const above = prefix === '' ? [] : prefix.split('.');
  throw new SchemaError(
    `${what} is not valid`,
    parsed.error.issues.flatMap((issue) => describe(issue, above)),
  );
}

function describe(issue: core.$ZodIssue, above: readonly PropertyKey[]): string[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'invalid_union') {
    const meant = issue.errors.filter((errors) => !errors.some(isOfAnotherKind));
    // The member that came closest says best what is wrong.
    const closest = meant.toSorted((a, b) => a.length - b.length)[0];
    if (closest !== undefined) return closest.flatMap((inner) => describe(inner, path));
  }
  // A schema that says itself what its texts look like leaves out which one it was given.
  const given = issue.code === 'invalid_format' ? `, got ${shown(issue.input)}` : '';
  return [`${path.length === 0 ? '' : `${path.map(String).join('.')}: `}${issue.message}${given}`];
}

/** Whether a member of a union refused the value as a whole: it takes objects, say, and this is a number. */
function isOfAnotherKind({ code, path }: core.$ZodIssue): boolean {
  return path.length === 0 && (code === 'invalid_type' || code === 'invalid_value');
}
