import type { RecordPlace } from './trace-format.ts'

/** Where the turns of sessions were read, told in the order of each session. */
export class PlacesOfTurns {
  readonly #places = new Map<string, RecordPlace[]>()

  add(session: string, place: RecordPlace): void {
    const known = this.#places.get(session)
    if (known) known.push(place)
    else this.#places.set(session, [place])
  }

  of(session: string, turn: number): RecordPlace | undefined {
    return this.#places.get(session)?.[turn]
  }
}
