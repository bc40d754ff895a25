/** A package.json of this repository, as far as what is published depends on it. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly files?: readonly string[];
  readonly exports?: Exports;
  readonly imports?: Exports;
  readonly dependencies?: Dependencies;
  readonly scripts?: Readonly<Record<string, string>>;
  /** Fields that are others once it is published. */
  readonly publishConfig?: Readonly<Record<string, unknown>>;
}

type Dependencies = Readonly<Record<string, string>>;
type Exports = string | { readonly [condition: string]: Exports };

/** What all packages have in common. */
export interface Common {
  /** The version of each package of this repository. */
  readonly versions: Dependencies;
  readonly engines: Readonly<Record<string, string>>;
  /** Where the sources lie; undefined: nobody knows. */
  readonly repository?: string | undefined;
}

const SOURCE = '@spatial-ensemble/source';

/** What the repository alone needs. */
const OWN: readonly string[] = ['devDependencies', 'nx', 'private', 'scripts'];

/**
 * The package.json that is published: what is built in the place of sources, versions in the place of the workspace's
 * `*`, the fields of `publishConfig` in their places, and nothing that the repository alone needs.
 *
 * @param directory of the package in the repository: `packages/random`
 * @throws Error for a dependency that is not published
 */
export function publishedManifest(own: Manifest, directory: string, common: Common): object {
  const { publishConfig, exports, imports, files = [], dependencies, ...rest } = own;
  const kept = Object.entries(rest).filter(([name]) => !OWN.includes(name));
  return {
    ...Object.fromEntries(kept),
    ...(common.repository !== undefined && { repository: { type: 'git', url: common.repository, directory } }),
    engines: common.engines,
    ...(exports !== undefined && { exports: built(exports) }),
    ...(imports !== undefined && { imports: built(imports) }),
    // npm adds the licence and the README by itself.
    files: [...files, 'NOTICE'],
    ...(dependencies !== undefined && { dependencies: pinned(own.name, dependencies, common.versions) }),
    ...publishConfig,
    // Where it comes from is signed by whoever builds it; npm refuses it where nobody can sign.
    publishConfig: { access: 'public', provenance: true },
  };
}

/** Without what resolves to sources. */
function built(exports: Exports): Exports {
  if (typeof exports === 'string') return exports;
  const kept = Object.entries(exports).filter(([condition]) => condition !== SOURCE);
  return Object.fromEntries(kept.map(([condition, target]) => [condition, built(target)]));
}

function pinned(name: string, dependencies: Dependencies, versions: Dependencies): Dependencies {
  return Object.fromEntries(
    Object.entries(dependencies).map(([dependency, range]) => {
      if (range !== '*') return [dependency, range];
      const version = versions[dependency];
      if (version === undefined) throw new Error(`${name} depends on ${dependency}, which is not published`);
      return [dependency, version];
    }),
  );
}
