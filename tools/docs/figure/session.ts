import { dispose, look, start, step, training, type Look, type Settings, type Told } from './training.ts';

/** A look at all networks after so many updates. */
export interface LookAt extends Look {
  readonly step: number;
}

/** What the masks of one update kept. */
export interface MaskAt {
  readonly step: number;
  readonly kept: readonly boolean[];
}

/** Updates between two looks. */
export const LOOK_EVERY = 10;
/** Updates whose masks are kept, the last ones. */
const MASKS_SHOWN = 40;
/** Where a session ends. */
export const LAST_STEP = 2000;

/** A training that goes on, and what there is to draw of it. Owns its tensors until it is closed. */
export class Session {
  readonly #training;
  #state;
  #told: Told | undefined;
  #looks: readonly LookAt[];
  #masks: readonly MaskAt[] = [];

  /** Looks at once, at update 0. */
  constructor(seed: number) {
    this.#training = training(seed);
    this.#state = start(this.#training);
    this.#looks = [{ step: 0, ...look(this.#training, this.#state) }];
  }

  get steps(): number {
    return this.#state.step;
  }

  /** What the last step showed; undefined before the first. */
  get told(): Told | undefined {
    return this.#told;
  }

  get looks(): readonly LookAt[] {
    return this.#looks;
  }

  get masks(): readonly MaskAt[] {
    return this.#masks;
  }

  /** One update. @throws Error after the last one */
  advance(settings: Settings): void {
    if (this.steps >= LAST_STEP) throw new Error(`a session ends after ${LAST_STEP} updates: start another one`);
    const { state, told } = step(this.#training, this.#state, settings);
    this.#state = state;
    this.#told = told;
    this.#masks = [...this.#masks, { step: state.step, kept: told.kept }].slice(-MASKS_SHOWN);
    if (state.step % LOOK_EVERY === 0)
      this.#looks = [...this.#looks, { step: state.step, ...look(this.#training, state) }];
  }

  close(): void {
    dispose(this.#state);
  }
}
