/**
 * `npm run pack`: the packages as npm would publish them, a tarball each. They install by `npm i FOLDER/*.tgz`, and are
 * published by `npm publish FILE`.
 *
 *     npm run pack -- --out packs random smoothing
 */
import { sizeText } from '@spatial-ensemble/files';
import { Command } from 'commander';
import { pack } from './pack.ts';

const program = new Command('npm run pack --')
  .description('Builds the packages, and packs them as npm would publish them.')
  .argument('[packages...]', 'folders of packages/; default: all')
  .option('--out <folder>', 'where the tarballs go', '.tmp/packs')
  .parse();
const names = program.args.length === 0 ? undefined : program.args;
for (const { name, file, size, unpackedSize } of pack(program.opts<{ out: string }>().out, names))
  console.log(`${name}: ${sizeText(size)}, installed ${sizeText(unpackedSize)}: ${file}`);
