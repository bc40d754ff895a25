import { SHIPPED, type SourceStatus } from '@spatial-ensemble/datasets';
import { describeInspection, findings, inspect } from '@spatial-ensemble/engine';

type Environment = Readonly<Record<string, string | undefined>>;

/** What is here of all that experiments need. */
export interface Examined {
  /** Whether anything can run. */
  readonly ok: boolean;
  readonly text: string;
  /** For `--json`. */
  readonly document: object;
}

/**
 * Looks at TensorFlow's library, devices, memory, disk and data sets, and says what is missing and what mends it.
 *
 * @param asked.gpu look at the CUDA build
 * @param asked.fetch fetch the library if it is missing
 */
export async function examine(
  { gpu = false, fetch = false }: { readonly gpu?: boolean; readonly fetch?: boolean },
  env: Environment,
): Promise<Examined> {
  const inspection = await inspect({ device: gpu ? 'gpu' : 'cpu', fetch, env });
  const missing = findings(inspection);
  const dataSets = SHIPPED.flatMap((set) => set.status?.(env) ?? []);
  const ok = !missing.some(({ level }) => level === 'error');
  const data = dataSets.map((status): [string, string] => ['Data', dataText(status, env)]);
  const lines = [
    ...[...describeInspection(inspection), ...data].map(([label, text]) => `${label.padEnd(11)} ${text}`),
    '',
    ...missing.map(({ level, what, mend }) => `${level === 'error' ? 'Missing' : 'Note'}: ${what}\n  → ${mend}`),
    ...(ok ? ['All that is needed is here.'] : []),
  ];
  return { ok, text: lines.join('\n'), document: { ...inspection, dataSets, findings: missing } };
}

function dataText({ title, directory, detail, variable, names, orElse }: SourceStatus, env: Environment): string {
  if (directory !== undefined) return `${title}: ${directory}${detail === undefined ? '' : ` (${detail})`}`;
  const asked = env[variable];
  if (asked) return `${title}: not here (there is no ${asked}, which ${variable} names)`;
  if (names !== undefined) return `${title}: none are named (${variable}=/path, ${names})`;
  return `${title}: not here (name its directory: ${variable}=/path${orElse === undefined ? '' : `, or ${orElse}`})`;
}
