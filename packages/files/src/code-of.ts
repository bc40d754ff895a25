import { constants } from 'node:os';

/**
 * The name of a system's error, such as `EDQUOT`. Node.js has none for some, such as that of a quota, and gives their
 * number.
 */
export function codeOf({ code, errno }: NodeJS.ErrnoException): string | undefined {
  if (errno === undefined || (code !== undefined && !code.startsWith('Unknown'))) return code;
  return Object.entries(constants.errno).find(([, number]) => number === -errno)?.[0] ?? code;
}
