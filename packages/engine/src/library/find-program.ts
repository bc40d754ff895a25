/** Finds TensorFlow's library, fetching it if it has to, and prints it as one line of JSON: `find-program.ts cpu|gpu`. */
import { LibraryError } from './errors.ts';
import { findLibrary } from './find.ts';
import type { Answer } from './find-now.ts';

async function answer(device: 'cpu' | 'gpu'): Promise<Answer> {
  try {
    return { library: await findLibrary({ device }) };
  } catch (error) {
    if (!(error instanceof LibraryError)) throw error;
    return { problem: error.problem, message: error.message };
  }
}

console.log(JSON.stringify(await answer(process.argv[2] === 'gpu' ? 'gpu' : 'cpu')));
