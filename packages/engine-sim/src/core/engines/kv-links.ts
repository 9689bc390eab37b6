export interface KvLinkOptions {
  /** Of the link of each engine, 1e9 bytes a second each way; 0: no time is taken. */
  readonly gbPerS: number
  /** From the start of a transfer until its first byte. */
  readonly latencyMs: number
  /** Most transfers from one engine at a time; others wait their turn. 0: no limit. */
  readonly mostAtOnce: number
  /** What goes from one engine to another goes one after the other. */
  readonly inOrder: boolean
}

export interface KvTransfer {
  readonly id: string
  /** Numbers of the engines. */
  readonly from: number
  readonly to: number
  readonly bytes: number
  /** Nothing more is sent under this name. */
  readonly isLast: boolean
}

interface UnderWay {
  readonly transfer: KvTransfer
  /** Instant of its first byte. */
  readonly beginMs: number
  restBytes: number
}

/**
 * Transfers between engines over one link for each: of those that are under way at an engine, each has an equal share of its link, and goes
 * no faster than its share at either end. It is told the time, and instants never fall.
 *
 * Source: processor sharing, as Dynamo's mocker has between tiers of its cache (`lib/mocker/src/kvbm_offload`); transfers between engines do not contend there.
 */
export class KvLinks {
  readonly #options: KvLinkOptions
  #waiting: KvTransfer[] = []
  #underWay: UnderWay[] = []
  #nowMs = 0

  constructor(options: KvLinkOptions) {
    this.#options = options
  }

  /** Transfers that wait or are under way. */
  get size(): number {
    return this.#waiting.length + this.#underWay.length
  }

  /** Next instant at which a transfer gets its first byte or its last one. */
  get wakeMs(): number | undefined {
    const instants = this.#underWay.map((each) => this.#changeMs(each))
    return instants.length === 0 ? undefined : Math.min(...instants)
  }

  /** Everything before `nowMs` has been taken by `advance`. */
  start(transfer: KvTransfer, nowMs: number): void {
    this.#flow(nowMs)
    this.#waiting.push(transfer)
    this.#admit()
  }

  /** Whether there was one of that name; there may be several. */
  cancel(id: string, nowMs: number): boolean {
    this.#flow(nowMs)
    const before = this.size
    this.#waiting = this.#waiting.filter((transfer) => transfer.id !== id)
    this.#underWay = this.#underWay.filter(({ transfer }) => transfer.id !== id)
    this.#admit()
    return this.size < before
  }

  /** Those that are over at an instant that is no later than `wakeMs`, in the order in which they began. */
  advance(nowMs: number): KvTransfer[] {
    const over = new Set(this.#underWay.filter((each) => this.#isOver(each, nowMs)))
    this.#flow(nowMs)
    this.#underWay = this.#underWay.filter((each) => !over.has(each))
    this.#admit()
    return [...over].map(({ transfer }) => transfer)
  }

  #changeMs({ transfer, beginMs, restBytes }: UnderWay): number {
    if (beginMs > this.#nowMs) return beginMs
    return restBytes === 0 ? this.#nowMs : this.#nowMs + restBytes / this.#bytesPerMs(transfer)
  }

  /** Nothing is left of it at an instant, up to which nothing changes. */
  #isOver(each: UnderWay, nowMs: number): boolean {
    if (each.restBytes === 0) return each.beginMs <= nowMs
    return each.beginMs <= this.#nowMs && this.#changeMs(each) <= nowMs
  }

  #flow(nowMs: number): void {
    const ms = nowMs - this.#nowMs
    const rates = this.#underWay.map(({ transfer }) => this.#bytesPerMs(transfer))
    for (const [at, each] of this.#underWay.entries()) {
      if (each.beginMs <= this.#nowMs) each.restBytes = Math.max(0, each.restBytes - ms * rates[at]!)
    }
    this.#nowMs = nowMs
  }

  /** What a transfer has of the links at both of its ends, among those that have their first byte. */
  #bytesPerMs({ from, to }: KvTransfer): number {
    const flowing = this.#underWay.filter(({ beginMs }) => beginMs <= this.#nowMs)
    const sharing = Math.max(
      1,
      flowing.filter(({ transfer }) => transfer.from === from).length,
      flowing.filter(({ transfer }) => transfer.to === to).length,
    )
    return (this.#options.gbPerS * 1e6) / sharing
  }

  #admit(): void {
    const { gbPerS, latencyMs, mostAtOnce, inOrder } = this.#options
    for (let at = 0; at < this.#waiting.length; ) {
      const transfer = this.#waiting[at]!
      const fromThere = this.#underWay.filter((each) => each.transfer.from === transfer.from)
      const isBehind = inOrder && fromThere.some((each) => each.transfer.to === transfer.to)
      if (isBehind || (mostAtOnce > 0 && fromThere.length >= mostAtOnce)) {
        at += 1
        continue
      }
      this.#waiting.splice(at, 1)
      this.#underWay.push({ transfer, beginMs: this.#nowMs + latencyMs, restBytes: gbPerS === 0 ? 0 : transfer.bytes })
    }
  }
}
