import { platformOf } from './platform.ts';

interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: true;
  readonly dev?: true;
  readonly devOptional?: true;
  readonly optional?: true;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** `package-lock.json`, version 3. Keys of `packages` are paths: `node_modules/nx`. */
export interface Lockfile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

/**
 * Adds an entry for every optional dependency that has none.
 *
 * Packages such as nx ship a native build for each platform as an optional dependency. npm locks those that its
 * registry has; where it lacks some, `npm ci` fails on their platforms (`Missing: @nx/nx-darwin-arm64 from lock file`).
 * An entry without an integrity hash lets npm fetch them there; versions are exact, so nothing else is open.
 */
export function complete<T extends Lockfile>(lockfile: T): T {
  const added: Record<string, LockedPackage> = {};
  for (const { path, name, version, parent } of missing(lockfile)) {
    if (!/^\d+\.\d+\.\d+/.test(version)) {
      throw new Error(`${path}: wants ${name}@${version}, which is not one version. Lock it by hand.`);
    }
    const { dev, devOptional } = parent;
    const { os, cpu, libc } = platformOf(name);
    // In npm's order, which it would otherwise restore at the next install.
    added[path] = {
      version,
      cpu,
      ...(dev === true && { dev }),
      ...(devOptional === true && { devOptional }),
      ...(libc !== undefined && { libc }),
      optional: true,
      os,
    };
  }
  const [root, ...rest] = Object.entries({ ...lockfile.packages, ...added });
  const sorted = rest.toSorted(([a], [b]) => a.localeCompare(b, 'en'));
  return { ...lockfile, packages: Object.fromEntries(root === undefined ? [] : [root, ...sorted]) };
}

/** What is wrong with a lockfile, a line each. */
export function problems(lockfile: Lockfile): string[] {
  return [
    ...missing(lockfile).map(({ name, version, from }) => `${name}@${version} has no entry (wanted by ${from})`),
    ...Object.entries(lockfile.packages)
      .filter(([, { link, resolved }]) => link !== true && resolved !== undefined)
      .map(([path]) => `${path} names the registry that it came from`),
  ];
}

interface Missing {
  readonly name: string;
  readonly version: string;
  readonly path: string;
  readonly from: string;
  readonly parent: LockedPackage;
}

function missing({ packages }: Lockfile): Missing[] {
  const found: Missing[] = [];
  for (const [from, parent] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
      const places = placesFrom(from).map((place) => `${place}node_modules/${name}`);
      const taken = (path: string): LockedPackage | undefined => packages[path];
      if (places.some((path) => satisfies(taken(path), version))) continue;
      // As npm does: as far up as no other version stands in the way.
      const free = places.findLast((path) => taken(path) === undefined);
      if (free === undefined) throw new Error(`${from}: no place for ${name}@${version}`);
      found.push({ name, version, path: free, from, parent });
    }
  }
  return found;
}

/** Where Node looks from a path, nearest first: `packages/a/`, then the root's ``. */
function placesFrom(path: string): string[] {
  const parts = path.split('/node_modules/');
  const nested = parts.map((_, count) => `${parts.slice(0, parts.length - count).join('/node_modules/')}/`);
  return [...new Set([...(path === '' ? [] : nested), ''])];
}

/** A range is npm's to judge; an exact version has to be that one. */
function satisfies(locked: LockedPackage | undefined, wanted: string): boolean {
  return locked !== undefined && (locked.version === wanted || !/^\d/.test(wanted));
}
