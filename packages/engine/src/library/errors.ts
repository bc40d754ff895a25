/** Why TensorFlow's library could not be had; programs can branch on it, people read the message. */
export type LibraryProblem =
  | 'no-such-library'
  | 'wrong-architecture'
  | 'unsupported-platform'
  | 'no-cuda-build'
  | 'no-driver'
  | 'not-cached'
  | 'unwritable-cache'
  | 'disk-space'
  | 'no-python'
  | 'no-pip'
  | 'old-pip'
  | 'no-network'
  | 'certificate'
  | 'not-in-index'
  | 'hash-mismatch'
  | 'corrupt-wheel'
  | 'damaged'
  | 'pip-failed';

/** What every message ends with when fetching cannot go on. */
export const BY_HAND =
  'Or point at a library by hand: set SPATIAL_ENSEMBLE_TENSORFLOW to a directory that holds libtensorflow_cc and ' +
  'libtensorflow_framework of TensorFlow 2.21, such as the folder `tensorflow` of an installed or unpacked wheel.';

/** TensorFlow's library could not be found or fetched. The message says what to do. */
export class LibraryError extends Error {
  readonly problem: LibraryProblem;

  constructor(problem: LibraryProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'LibraryError';
    this.problem = problem;
  }
}
