export { syncFolder } from './sync-folder.ts';
export { readBounded, readOpen } from './read-bounded.ts';
export { sizeText } from './size-text.ts';
export { isPartial, writeChecked, writeFinal } from './write-final.ts';
export { writeAt } from './write-at.ts';
export { WriteError } from './write-error.ts';
export { writing } from './writing.ts';
