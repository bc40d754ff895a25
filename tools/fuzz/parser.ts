/** What reads files from outside: whole ones to begin with, and the reading. A child loads its own parser alone. */
export interface Parser {
  seeds(): Promise<readonly Uint8Array[]>;
  /** @param path an empty folder's file, for what reads files by their names */
  read(bytes: Uint8Array, path: string): Promise<unknown>;
}
