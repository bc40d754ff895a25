/** Environment variables, as in `process.env`. */
export interface Environment {
  readonly [variable: string]: string | undefined;
}
