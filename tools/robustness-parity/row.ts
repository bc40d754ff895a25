/** One comparison. */
export interface Row {
  readonly says: string;
  readonly holds: boolean;
}
