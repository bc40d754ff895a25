import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const LOADED = /(--xla_gpu_load_autotune_results_from=)(?:"([^"]*)"|'([^']*)'|(\S*))/g;
/** Files that XLA writes and never reads: where they go changes no bit. */
const WRITTEN = /\s*--xla_gpu_dump_autotune_results_to=(?:"[^"]*"|'[^']*'|\S*)/g;

/**
 * `XLA_FLAGS` as what decides bits: a file of flags is read, as XLA does with a value that begins with no dash
 * (`xla/parse_flags_from_env.cc`), and a file of autotuning results stands with the SHA-256 of what is in it, since
 * two machines may call two files by one name.
 *
 * @throws Error where a file cannot be read: XLA would end the process, or tune anew, in the middle of a run
 */
export function xlaFlagsOf(value: string): string {
  const given = value.trim();
  const flags = given.startsWith('-') ? given : contentOf(given, 'flags').toString('utf8').trim();
  return flags
    .replace(WRITTEN, '')
    .trim()
    .replace(LOADED, (_, flag: string, ...named: (string | undefined)[]) => {
      const file = named.slice(0, 3).find((one) => one !== undefined) ?? '';
      return `${flag}sha256:${createHash('sha256').update(contentOf(file, 'autotuning results')).digest('hex')}`;
    });
}

function contentOf(file: string, what: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new Error(
      `the environment variable XLA_FLAGS names the file ${JSON.stringify(file)} of ${what}, which cannot be read: correct it, or unset it`,
      { cause: error },
    );
  }
}
