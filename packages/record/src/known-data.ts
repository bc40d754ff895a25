/** Images of each part of a split. */
interface Parts {
  readonly labelled: number;
  readonly unlabelled: number;
  readonly heldOut: number;
  /** Training images that are not held out, and whose class is known. */
  readonly notHeldOut: number;
}

/** What is known of a run's images before its first step; what is not known is absent. */
export interface KnownData {
  readonly title: string;
  /** Of every image; absent where files may have any size. */
  readonly height?: number;
  readonly width?: number;
  /** 1 or 3. */
  readonly channels: number;
  readonly classes?: number;
  readonly parts?: Parts;
}

/** Something that cannot be: the field, as `--set` names it, and what to do. */
export interface Problem {
  /** `network.classes`, without what stands before it in an evaluation. */
  readonly key: string;
  readonly says: string;
}
