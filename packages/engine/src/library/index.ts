export { LibraryError, type LibraryProblem } from './errors.ts';
export { findLibrary, type FindOptions, type Library } from './find.ts';
export type { Progress } from './progress.ts';
