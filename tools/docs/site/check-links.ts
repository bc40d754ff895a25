import { LinkChecker, LinkState } from 'linkinator';

/**
 * Follows every link, image and script of a built site, and their anchors; what lies outside is left alone.
 *
 * @param site the folder of its HTML
 * @returns a line for each that leads nowhere, with the page that it is on, and how many were followed
 */
export async function deadLinks(
  site: string,
): Promise<{ readonly dead: readonly string[]; readonly followed: number }> {
  const checker = new LinkChecker();
  const { links } = await checker.check({
    path: site,
    recurse: true,
    checkFragments: true,
    concurrency: 10,
    // A connection that a busy machine drops is no dead link.
    retryErrors: true,
    retryErrorsCount: 5,
    // Nothing outside of this machine is asked.
    linksToSkip: async (link) => !/^http:\/\/localhost[:/]/.test(link),
  });
  const inside = links.filter(({ state }) => state !== LinkState.SKIPPED);
  const dead = inside
    .filter(({ state }) => state === LinkState.BROKEN)
    .map(({ url, parent }) => `${String(parent)}: ${url}`);
  return { dead, followed: inside.length };
}
