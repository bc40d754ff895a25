/** A command that ended, but not as it was asked to: what is said last, if anything, and the exit code. */
export class Left extends Error {
  override readonly name = 'Left';
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}
