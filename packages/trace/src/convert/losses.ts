/** What became of a field on the way: left out, put in because the format asks for it, no longer what it was, or read from other fields. */
export type LossKind = 'dropped' | 'invented' | 'changed' | 'inferred'

export interface Loss {
  readonly kind: LossKind
  readonly field: string
  /** Of sessions, turns or traces, whichever have the field. */
  readonly count: number
  readonly why: string
}

/** Counts what a conversion loses. */
export class Losses {
  readonly #found = new Map<string, { kind: LossKind; field: string; count: number; why: string }>()

  add(kind: LossKind, field: string, why: string): void {
    const known = this.#found.get(`${kind} ${field} ${why}`)
    if (known) known.count += 1
    else this.#found.set(`${kind} ${field} ${why}`, { kind, field, count: 1, why })
  }

  get all(): readonly Loss[] {
    return [...this.#found.values()]
  }
}
