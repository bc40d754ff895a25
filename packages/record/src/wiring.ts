/** What of a study its wiring is about. */
interface Wired {
  readonly tiers: Readonly<Record<string, { readonly wiring?: string | undefined }>>;
  readonly claims?: Readonly<Record<string, { readonly tiers?: readonly string[] | undefined }>> | undefined;
  readonly factors?: Readonly<Record<string, unknown>> | undefined;
  readonly failures?: Readonly<Record<string, unknown>> | undefined;
}

/** What a study asks at tiers that are wiring, where nothing can be decided. */
export function wiringProblems({ tiers, claims = {}, factors = {}, failures = {} }: Wired): [string[], string][] {
  return Object.entries(tiers).flatMap(([tier, { wiring }]): [string[], string][] => {
    if (wiring === undefined) return [];
    const asked = Object.entries(claims).filter(([, claim]) => claim.tiers?.includes(tier) ?? true);
    return [
      ...asked.map(([claim]): [string[], string] => [
        ['claims', claim, 'tiers'],
        `asks at the tier '${tier}', which is wiring and decides nothing; name the other tiers`,
      ]),
      ...[factors, failures].flatMap((all, i) =>
        Object.keys(all).map((one): [string[], string] => [
          [i === 0 ? 'factors' : 'failures', one],
          `is asked at every tier, and '${tier}' is wiring, which decides nothing; leave one of both out`,
        ]),
      ),
    ];
  });
}
