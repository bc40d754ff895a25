/** Something that Python would import, by its name. It is never called. */
export class Global {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** What Python would make of a class that is of no use here: it holds nothing, and nothing is run to make it. */
export class Inert {
  readonly of: string;
  constructor(of: string) {
    this.of = of;
  }
}

/** What whoever reads a pickle makes of a call or of a reference. */
export interface Made {
  readonly kind: string;
}

/** What a pickle holds. Tuples, lists and sets are arrays; dictionaries are maps. */
export type Value =
  null | boolean | number | bigint | string | Uint8Array | Value[] | Map<Value, Value> | Global | Inert | Made;
