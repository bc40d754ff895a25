export { syncFolder } from './sync-folder.ts';
export { chunksOfFile } from './chunks-of-file.ts';
export { readBounded, readOpen, readPart } from './read-bounded.ts';
export { reading } from './read-error.ts';
export { sizeText } from './size-text.ts';
export { isPartial, writeChecked, writeFinal } from './write-final.ts';
export { writeAt } from './write-at.ts';
export { WriteError } from './write-error.ts';
export { writing } from './writing.ts';
