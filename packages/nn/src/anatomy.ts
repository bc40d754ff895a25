import type { Encoder } from './network.ts';
import type { Standard } from './pixels.ts';
import type { SecondNames } from './second-norms.ts';
import type { Metas } from './variables.ts';

/** What a network that is trained consists of, for whoever takes its weights elsewhere, or brings them. */
export interface Anatomy {
  /** What is learnt for others. */
  readonly encoder: Encoder;
  /** What stands on it, by the head's name: what its variables mean. */
  readonly heads: { readonly [head: string]: Metas };
  /** What the encoder's pixels are standardised by. */
  readonly standard: Standard;
  /** Where norms have a second set for adversarial images: the names of its variables. `encoder` reads the first. */
  readonly second?: SecondNames;
}
