/** What is stored of a run is damaged, or belongs to another: it cannot be gone on from. */
export class UnusableRun extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UnusableRun';
  }
}
