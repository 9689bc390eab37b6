interface Transfer {
  /** From then on it has its share. */
  readonly beginMs: number
  leftBytes: number
  readonly done: (atMs: number) => void
}

/**
 * One direction of a link: what is under way shares the bandwidth evenly (processor sharing), each after a latency of its own.
 *
 * It is told the time, which never falls. Source: transfers between tiers in Dynamo's mocker; ../shared/spec/dynamo.md 4.8.
 */
export class SharedLink {
  readonly #bytesPerMs: number
  readonly #latencyMs: number
  #transfers: Transfer[] = []
  #atMs = 0

  constructor({ gbPerS, latencyMs = 0 }: { readonly gbPerS: number; readonly latencyMs?: number | undefined }) {
    this.#bytesPerMs = gbPerS * 1e6
    this.#latencyMs = latencyMs
  }

  /** `done` is called, with its instant, by the `advance` that reaches the end. `waitMs`: it is asked for so much later. */
  start(nowMs: number, bytes: number, done: (atMs: number) => void, waitMs = 0): void {
    this.advance(nowMs)
    this.#transfers.push({ beginMs: Math.max(nowMs, this.#atMs) + waitMs + this.#latencyMs, leftBytes: bytes, done })
  }

  /** Instant at which something begins or ends next, as long as nothing is started before; undefined when nothing is under way. */
  get nextMs(): number | undefined {
    if (this.#transfers.length === 0) return undefined
    return Math.min(this.#nextBeginMs(), this.#nextEndMs())
  }

  advance(nowMs: number): void {
    for (let next = this.nextMs; next !== undefined && next <= nowMs; next = this.nextMs) this.#moveTo(next)
    if (nowMs > this.#atMs) this.#spend(nowMs)
  }

  #moveTo(atMs: number): void {
    const ends = this.#nextEndMs() <= atMs
    const under = this.#underWay()
    const least = Math.min(...under.map(({ leftBytes }) => leftBytes))
    const ending = ends ? under.filter(({ leftBytes }) => leftBytes === least) : []
    this.#spend(atMs)
    if (ending.length === 0) return
    this.#transfers = this.#transfers.filter((each) => !ending.includes(each))
    for (const { done } of ending) done(atMs)
  }

  #spend(atMs: number): void {
    const under = this.#underWay()
    const share = ((atMs - this.#atMs) * this.#bytesPerMs) / under.length
    for (const each of under) each.leftBytes = Math.max(0, each.leftBytes - share)
    this.#atMs = Math.max(this.#atMs, atMs)
  }

  #underWay(): Transfer[] {
    return this.#transfers.filter(({ beginMs }) => beginMs <= this.#atMs)
  }

  #nextBeginMs(): number {
    return Math.min(
      ...this.#transfers.map(({ beginMs }) => (beginMs > this.#atMs ? beginMs : Number.POSITIVE_INFINITY)),
    )
  }

  #nextEndMs(): number {
    const under = this.#underWay()
    const least = Math.min(...under.map(({ leftBytes }) => leftBytes))
    return under.length === 0 ? Number.POSITIVE_INFINITY : this.#atMs + (least * under.length) / this.#bytesPerMs
  }
}
