/** How many requests each engine has, as the router of a fleet knows it. */
export class RequestsInFlight {
  readonly #counts: number[]
  all = 0

  constructor(engines: number) {
    this.#counts = new Array<number>(engines).fill(0)
  }

  of(engine: number): number {
    return this.#counts[engine]!
  }

  /** The engine with the fewest; of several the first. */
  least(): number {
    return this.#counts.indexOf(Math.min(...this.#counts))
  }

  add(engine: number): void {
    this.#counts[engine]! += 1
    this.all += 1
  }

  take(engine: number): void {
    this.#counts[engine]! -= 1
    this.all -= 1
  }
}
