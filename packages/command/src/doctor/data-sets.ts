import { SHIPPED } from '@spatial-ensemble/datasets';

/**
 * Fetches the official archive of a data set.
 *
 * @param from another place than its own; the checksum stays
 * @param tell told how far it is
 * @returns where it lies
 * @throws Error where there is no such data set, or it cannot be fetched by anybody
 */
export async function fetchDataSet(
  name: string,
  from: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  tell: (text: string) => void,
): Promise<string> {
  const fetched = SHIPPED.filter((set) => set.fetch !== undefined);
  const set = fetched.find((one) => one.name === name);
  if (set?.fetch === undefined)
    throw new Error(`there is no archive of ${name} that can be fetched: ${fetched.map((one) => one.name).join(', ')}`);
  let told = -1;
  const progress = (bytes: number, total: number | undefined): void => {
    const tens = total === undefined ? Math.floor(bytes / 2e7) : Math.floor((10 * bytes) / total);
    if (tens === told) return;
    told = tens;
    tell(`${(bytes / 1e6).toFixed(0)} MB${total === undefined ? '' : ` of ${(total / 1e6).toFixed(0)} MB`}`);
  };
  return set.fetch({ env, progress, ...(from !== undefined && { url: from }) });
}
