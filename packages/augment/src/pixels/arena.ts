import { createKernels, type Kernels, type KernelMemory } from './kernels.ts';

/** What the kernels' memory is divided into. */
export type RegionName =
  'pixels' | 'spare' | 'between' | 'floats' | 'spareFloats' | 'betweenFloats' | 'taps' | 'lines' | 'table' | 'hues';

/** The kernels' memory, divided into regions that grow as images ask for more. */
export interface Arena {
  readonly kernels: Kernels;
  readonly memory: KernelMemory;
  /** By name: the address, and how many bytes there are. */
  readonly regions: Map<RegionName, Region>;
  /** The first free byte. */
  end: number;
}

interface Region {
  readonly at: number;
  readonly size: number;
}

const PAGE = 65_536;
/** Kernels may touch as many bytes on both sides of what they are given. */
const MARGIN = 16;

export function createArena(): Arena {
  return { ...createKernels(), regions: new Map(), end: MARGIN };
}

/**
 * The address of a region of at least some bytes. A region that has to grow moves, and loses its content; the memory's
 * buffer may then be another one. Regions grow by half at least, so that what they leave behind is bounded.
 */
export function region(arena: Arena, name: RegionName, bytes: number): number {
  const now = arena.regions.get(name);
  if (now && now.size >= bytes) return now.at;
  const size = Math.ceil(Math.max(bytes, 1.5 * (now?.size ?? 0)) / MARGIN) * MARGIN;
  const at = arena.end;
  arena.regions.set(name, { at, size });
  arena.end = at + size + MARGIN;
  const missing = arena.end + MARGIN - arena.memory.buffer.byteLength;
  if (missing > 0) arena.memory.grow(Math.ceil(missing / PAGE));
  return at;
}

/** Two regions take each other's names. */
export function exchange({ regions }: Arena, one: RegionName, other: RegionName): void {
  const region = regions.get(one)!;
  regions.set(one, regions.get(other)!);
  regions.set(other, region);
}
