/** Recognises where a text says what something is from. */
export class SourceNames {
  readonly #pattern: RegExp;

  /** @param legend what abbreviations of sources mean: `FM = google-research/fixmatch@d4985a15; …` */
  constructor(legend: string) {
    const short = [...legend.matchAll(/\b([A-Z]{2}) = [\w.-]+\/[\w.-]+@[0-9a-f]{7,40}\b/g)].map(([, name]) => name);
    const sources = ['[\\w.-]+/[\\w.-]+@[0-9a-f]{7,40}', 'arXiv \\d{4}\\.\\d{5}', ...short];
    this.#pattern = new RegExp(`\\b(?:(${sources.join('|')})|[Oo]urs)\\b`);
  }

  /** What is named first: a repository at a commit, a paper, an abbreviation; or `ours`. Undefined: neither is. */
  first(text: string): 'source' | 'ours' | undefined {
    const found = this.#pattern.exec(text);
    if (found === null) return undefined;
    return found[1] === undefined ? 'ours' : 'source';
  }
}
