import { shortIdentity } from '@spatial-ensemble/record';
import {
  ENDINGS,
  exportTfjs,
  exportWeights,
  torchNetwork,
  type Exported,
  type LayoutName,
} from '@spatial-ensemble/weights';
import { placeText } from '../inventory/inventory.ts';
import { hostVariables } from './host-variables.ts';
import type { StoredNetwork } from './stored-network.ts';

/** What is to be written of a run. */
export interface ExportOptions {
  readonly whose: 'teacher' | 'student';
  readonly format: LayoutName | 'tfjs';
  readonly head?: string;
  /** Default: a name of its own, here. */
  readonly out?: string;
}

/**
 * Writes a run's weights as an ecosystem reads them.
 *
 * @returns what is to be said of it
 * @throws Error where it has no such network; WriteError
 */
export async function exportRun(stored: StoredNetwork, options: ExportOptions): Promise<string> {
  const { whose, format, head, out } = options;
  const { bound, weights, identity } = stored;
  const { anatomy } = bound.trainable;
  if (anatomy === undefined)
    throw new Error(`${bound.name} does not say what its network consists of (\`anatomy\`), so it cannot be exported`);
  const variables = hostVariables(weights[whose]);
  const metadata = metadataOf(stored, whose);
  const name = `${shortIdentity(identity)}-${whose}-${format}`;
  const second = Object.values(anatomy.second ?? {}).some((one) => variables.has(one))
    ? '\n  left out: the batch norm of adversarial images, for which no format has a place'
    : '';
  if (format === 'tfjs') {
    const { files, outputs } = await exportTfjs({ anatomy, variables, head, metadata }, out ?? name);
    return `${files.join(' and ')}: tf.loadLayersModel gives ${outputs}${second}`;
  }
  const network = torchNetwork(anatomy, variables);
  const exported = await exportWeights({ network, layout: format, head, metadata }, out ?? `${name}${ENDINGS[format]}`);
  return exportedText(exported) + second;
}

/** What the file says of itself: enough to find the run again. */
function metadataOf({ run, spec, identity, step }: StoredNetwork, whose: string): Readonly<Record<string, string>> {
  const { places, stored } = run;
  const commit = stored?.info?.commit;
  const { norms } = spec.spec;
  return {
    run: identity,
    method: `${spec.method.name} ${spec.method.version}`,
    ...(places.length > 0 && { experiment: places.map(placeText).join('; ') }),
    step: String(step),
    whose,
    // Of a classifier on the encoder by its batch norm of adversarial images.
    ...(typeof norms === 'string' && { norms }),
    ...(typeof commit === 'string' && { commit }),
    source: 'spatial-ensemble',
  };
}

/** What is said of an export. */
function exportedText({ files, state, architecture, leftOut, differences }: Exported): string {
  const values = [...state.values()].reduce((sum, { data }) => sum + data.length, 0);
  return [
    `${files.join(' and ')}: ${state.size} tensors, ${(values / 1e6).toFixed(1)} million numbers${architecture === undefined ? '' : `, ${architecture}`}`,
    ...(leftOut.length > 0 ? [`  left out, for which there is no place or which was not asked for: ${leftOut.join(', ')}`] : []), // prettier-ignore
    ...differences.map((text) => `  not as its name says: ${text}`),
  ].join('\n');
}
