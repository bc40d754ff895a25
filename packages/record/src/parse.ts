import type { core, z } from 'zod';

import { suggestion } from './suggest.ts';

/** A value did not fit its schema; `problems` holds one line for each thing that is wrong. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError';
  readonly problems: readonly string[];

  constructor(what: string, problems: readonly string[]) {
    super(`${what}:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/**
 * `value` as `schema` understands it, defaults filled in.
 *
 * Works for every zod schema, a method's own too. Unknown keys of strict objects are reported with the nearest valid
 * key and all valid ones.
 *
 * @param what what is being read, for the message: `experiments/quickstart.experiment.ts`, `result abc.json`.
 * @throws SchemaError
 */
export function parse<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const parsed = schema.safeParse(value, { error: explain });
  if (parsed.success) return parsed.data;
  throw new SchemaError(
    `${what} is not valid`,
    parsed.error.issues.flatMap((issue) => describe(issue, [])),
  );
}

/** zod's own sentence is kept (undefined) unless ours says more. */
function explain(issue: core.$ZodRawIssue): string | undefined {
  if (issue.code === 'unrecognized_keys') {
    const valid = validKeys(issue.inst);
    return issue.keys.map((key) => `unknown key '${key}'.${suggestion(key, valid)}`).join(' ');
  }
  if (issue.code === 'invalid_value' && typeof issue.input === 'string' && issue.values.length > 1) {
    const valid = issue.values.filter((v) => typeof v === 'string');
    return `'${issue.input}' is not one of the choices.${suggestion(issue.input, valid)}`;
  }
  if (issue.code === 'invalid_union' && typeof issue['discriminator'] === 'string') {
    return `no form of this value has that '${issue['discriminator']}'`;
  }
  if (issue.input === undefined && issue.code === 'invalid_type') return 'is missing';
  return undefined;
}

function validKeys(schema: core.$ZodRawIssue['inst']): string[] {
  const def = schema?._zod.def as { shape?: Record<string, unknown> } | undefined;
  return Object.keys(def?.shape ?? {});
}

function describe(issue: core.$ZodIssue, above: readonly PropertyKey[]): string[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    // The member that came closest says best what is wrong.
    const closest = [...issue.errors].sort((a, b) => a.length - b.length)[0];
    return (closest ?? []).flatMap((inner) => describe(inner, path));
  }
  return [path.length === 0 ? issue.message : `${pathName(path)}: ${issue.message}`];
}

/** `arms.sts.patch[2]`, as one would write it in code. */
function pathName(path: readonly PropertyKey[]): string {
  return path
    .map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i === 0 ? '' : '.'}${String(part)}`))
    .join('');
}
