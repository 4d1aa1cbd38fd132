/** A typed array that grows. */

interface NumberArray {
  readonly length: number;
  [place: number]: number;
  set: (values: ArrayLike<number>) => void;
}

const FIRST_LENGTH = 1024;

export class GrowingArray<Values extends NumberArray & ArrayLike<number>> {
  readonly #create: new (length: number) => Values;
  #values: Values;

  constructor(create: new (length: number) => Values) {
    this.#create = create;
    this.#values = new create(FIRST_LENGTH);
  }

  /** Zero where nothing was set. */
  get(place: number): number {
    return this.#values[place] ?? 0;
  }

  set(place: number, value: number): void {
    if (place >= this.#values.length) this.#grow(place + 1);
    this.#values[place] = value;
  }

  #grow(needed: number): void {
    const wider = new this.#create(Math.max(needed, this.#values.length * 2));
    wider.set(this.#values);
    this.#values = wider;
  }
}
