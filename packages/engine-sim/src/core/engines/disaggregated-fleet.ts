import type { Engine, EngineCounts, Hold, StageCounts } from '../engine.ts'
import type { EngineListener, EngineRequest, RequestTiming } from '../engine-request.ts'
import type { KvTransferConfig } from '../fleet-config.ts'
import { sumOfCounts } from '../sum-of-counts.ts'
import type { Fleet } from './fleet.ts'
import type { HandOver, Parties, Stage, Travelling } from './hand-over.ts'
import { KvLinks, type KvTransfer } from './kv-links.ts'

/** Makes a fleet that tells a listener. */
export type FleetMaker = (listener: EngineListener) => Fleet

interface DisaggregatedParts {
  /** Engines that compute prompts, and engines that decode. */
  readonly prefill: FleetMaker
  readonly decode: FleetMaker
  readonly transfer: KvTransferConfig
  /** How a prompt gets from one to the other. */
  readonly handOver: HandOver
}

/**
 * Engines that compute prompts and engines that decode, as one engine: a request goes from one to the other as its `HandOver` has it. What
 * went over the links of the two is let go of where it was computed when all of it has come.
 */
export class DisaggregatedFleet implements Engine {
  readonly #prefill: Fleet
  readonly #decode: Fleet
  readonly #links: KvLinks
  readonly #handOver: HandOver
  readonly #parties: Parties
  readonly #bytesPerToken: number
  readonly #listener: EngineListener
  readonly #requests = new Map<string, Travelling>()
  /** What was told while an engine was called, to be done when it is back. */
  #todo: (() => void)[] = []
  readonly #sent = { count: 0, bytes: 0, sparedTokens: 0, blocksWaitMs: 0, transferMs: 0 }
  /** Engines and links are called, and tell: who hears may submit. */
  #isStepping = false
  readonly #begun = { promptTokens: 0, cachedPromptTokens: 0 }
  #hold: Hold | undefined
  /** Which of the two are held. */
  readonly #held = { prefill: false, decode: false }

  constructor({ prefill, decode, transfer, handOver }: DisaggregatedParts, listener: EngineListener) {
    this.#bytesPerToken = transfer.bytesPerToken
    this.#links = new KvLinks({ ...transfer, inOrder: handOver.inOrder })
    this.#handOver = handOver
    this.#listener = listener
    this.#prefill = prefill({
      tokens: () => {},
      ...(handOver.computed && {
        computed: ({ id }, tokens, atMs) =>
          this.#later(id, (travelling, parties) => handOver.computed!(travelling, tokens, atMs, parties)),
      }),
      ...(listener.step && { step: listener.step }),
      held: (atMs) => this.#todo.push(() => this.#heldAt(atMs, 'prefill')),
      finished: ({ id }, cachedTokens, atMs, timing) =>
        this.#later(id, (travelling, parties) => {
          travelling.cachedTokens = cachedTokens
          travelling.timing = timing
          handOver.prefilled(travelling, atMs, parties)
        }),
    })
    this.#decode = decode({
      tokens: ({ id }, count, atMs) => this.#tokens(id, count, atMs),
      reserved: ({ id }, missingTokens, atMs) =>
        this.#later(id, (travelling, parties) => {
          travelling.sparedTokens = travelling.request.promptTokens - missingTokens
          travelling.sentTokens = travelling.sparedTokens
          this.#sent.sparedTokens += travelling.sparedTokens
          handOver.reserved(travelling, atMs, parties)
        }),
      ...(listener.step && { step: listener.step }),
      held: (atMs) => this.#todo.push(() => this.#heldAt(atMs, 'decode')),
      finished: ({ id }, _cachedTokens, atMs, timing) => this.#finished(id, atMs, timing),
    })
    this.#parties = {
      ...{ prefill: this.#prefill, decode: this.#decode },
      turn: (travelling, stage, atMs) => this.#turn(travelling, stage, atMs),
      send: (travelling, tokens, { isLast, atMs }) => this.#send(travelling, tokens, isLast, atMs),
    }
  }

  get wakeMs(): number | undefined {
    const instants = [this.#prefill.wakeMs, this.#links.wakeMs, this.#decode.wakeMs].filter((ms) => ms !== undefined)
    return instants.length === 0 ? undefined : Math.min(...instants)
  }

  /** Steps, blocks and evictions of all engines; prompts and their hits of those that compute prompts, output of those that decode. */
  get counts(): EngineCounts {
    const [prefill, decode] = [this.#prefill.counts, this.#decode.counts]
    const { queriedTokens, hitTokens } = prefill
    const { generatedTokens, finishedRequests, running, waiting } = decode
    return {
      ...sumOfCounts(prefill, decode),
      ...{ queriedTokens, hitTokens, generatedTokens, finishedRequests },
      // Where those that decode let in first, each request is with them from its start to its end.
      ...(this.#handOver.admits === 'decode' && { running, waiting }),
      ...this.#begun,
      transfers: { ...this.#sent },
      stages: this.#stages(),
    }
  }

  submit(request: EngineRequest, nowMs: number): void {
    if (this.#requests.has(request.id)) throw new RangeError(`request ${request.id} is already in the engine`)
    this.catchUp(nowMs)
    const stage = this.#handOver.submit(request, nowMs, this.#parties)
    this.#settle()
    const times = { queuedMs: nowMs, sinceMs: nowMs, timing: undefined, firstTokenMs: undefined }
    const tokens = { cachedTokens: 0, sparedTokens: 0, sentTokens: 0 }
    const went = { bytes: 0, blocksWaitMs: 0, transferMs: 0 }
    this.#requests.set(request.id, { request, stage, ...times, ...tokens, went })
  }

  abort(id: string, nowMs: number): boolean {
    const travelling = this.#requests.get(id)
    if (!travelling) return false
    this.#requests.delete(id)
    this.#drain(nowMs)
    this.#links.cancel(id, nowMs)
    if (travelling.timing) this.#prefill.letGo(id, nowMs)
    else this.#prefill.abort(id, nowMs)
    this.#decode.abort(id, nowMs)
    return true
  }

  advance(nowMs: number): void {
    for (let wakeMs = this.wakeMs; wakeMs !== undefined && wakeMs <= nowMs; wakeMs = this.wakeMs) this.#step(wakeMs)
    this.#prefill.advance(nowMs)
    this.#decode.advance(nowMs)
  }

  catchUp(nowMs: number): void {
    if (this.#isStepping) return
    for (let wakeMs = this.wakeMs; wakeMs !== undefined && wakeMs < nowMs; wakeMs = this.wakeMs) this.#step(wakeMs)
    this.#prefill.catchUp(nowMs)
    this.#decode.catchUp(nowMs)
    this.#settle()
  }

  generated(nowMs: number): ReadonlyMap<string, number> {
    return this.#decode.generated(nowMs)
  }

  resetPrefixCache(): boolean {
    if (this.#requests.size > 0) return false
    return [this.#prefill, this.#decode].map((fleet) => fleet.resetPrefixCache()).every(Boolean)
  }

  /** Where those that run are to end, those that let nobody in by themselves are held when all that are past the others have ended. */
  hold(hold: Hold, nowMs: number): void {
    this.#hold = hold
    this.#held.prefill = false
    this.#held.decode = false
    const { admits } = this.#handOver
    for (const which of ['prefill', 'decode'] as const) {
      if (hold.what === 'all' || which === admits) this.#fleet(which).hold(hold, nowMs)
      else this.#fleet(which).release(nowMs)
    }
  }

  release(nowMs: number): void {
    this.#hold = undefined
    this.#prefill.release(nowMs)
    this.#decode.release(nowMs)
  }

  #fleet(which: 'prefill' | 'decode'): Fleet {
    return which === 'prefill' ? this.#prefill : this.#decode
  }

  #heldAt(atMs: number, which: 'prefill' | 'decode'): void {
    this.#held[which] = true
    if (this.#held.prefill && this.#held.decode) this.#listener.held?.(atMs)
    else this.#drain(atMs)
  }

  #drain(atMs: number): void {
    const { admits } = this.#handOver
    const other = admits === 'prefill' ? 'decode' : 'prefill'
    if (this.#hold?.what !== 'new' || !this.#held[admits] || this.#held[other]) return
    const first: Stage = admits === 'prefill' ? 'prefill' : 'blocks'
    if ([...this.#requests.values()].every(({ stage }) => stage === first)) this.#fleet(other).hold(this.#hold, atMs)
  }

  /** What happens at an instant: steps that end, then transfers, each with what follows from it. */
  #step(atMs: number): void {
    this.#isStepping = true
    try {
      if (this.#prefill.wakeMs === atMs) this.#prefill.advance(atMs)
      this.#settle()
      if (this.#decode.wakeMs === atMs) this.#decode.advance(atMs)
      this.#settle()
      if (this.#links.wakeMs === atMs) for (const transfer of this.#links.advance(atMs)) this.#received(transfer, atMs)
    } finally {
      this.#isStepping = false
    }
  }

  /** Asks how it is handed over, when the engine that told of it is back. */
  #later(id: string, what: (travelling: Travelling, parties: Parties) => void): void {
    this.#todo.push(() => {
      const travelling = this.#requests.get(id)
      if (travelling) what(travelling, this.#parties)
    })
  }

  #settle(): void {
    while (this.#todo.length > 0) {
      const todo = this.#todo
      this.#todo = []
      for (const each of todo) each()
    }
  }

  #send(travelling: Travelling, tokens: number, isLast: boolean, atMs: number): void {
    const { id } = travelling.request
    const bytes = Math.max(0, tokens - travelling.sentTokens) * this.#bytesPerToken
    travelling.sentTokens = tokens
    travelling.went.bytes += bytes
    this.#sent.bytes += bytes
    const [from, to] = [this.#prefill.homeOf(id)!, this.#decode.homeOf(id)!]
    this.#links.start({ id, from, to, bytes, isLast }, atMs)
  }

  #received({ id, isLast }: KvTransfer, atMs: number): void {
    if (!isLast) return
    this.#sent.count += 1
    this.#turn(this.#requests.get(id)!, 'decode', atMs)
    this.#prefill.letGo(id, atMs)
    this.#decode.receive(id, atMs)
  }

  /** Puts a request to its next stage, and counts what it waited for at the one before. */
  #turn(travelling: Travelling, stage: Stage, atMs: number): void {
    const ms = atMs - travelling.sinceMs
    const waited = { blocks: 'blocksWaitMs', transfer: 'transferMs' } as const
    if (travelling.stage === 'blocks' || travelling.stage === 'transfer') {
      const name = waited[travelling.stage]
      travelling.went[name] += ms
      this.#sent[name] += ms
    }
    travelling.stage = stage
    travelling.sinceMs = atMs
  }

  #stages(): StageCounts {
    const stages = { blocks: 0, prefill: 0, transfer: 0, decode: 0 }
    for (const { stage } of this.#requests.values()) stages[stage] += 1
    return stages
  }

  #tokens(id: string, count: number, atMs: number): void {
    const travelling = this.#requests.get(id)!
    if (travelling.firstTokenMs === undefined) {
      travelling.firstTokenMs = atMs
      this.#begun.promptTokens += travelling.request.promptTokens
      this.#begun.cachedPromptTokens += travelling.cachedTokens
    }
    this.#listener.tokens(travelling.request, count, atMs, travelling.cachedTokens)
  }

  #finished(id: string, atMs: number, { preemptions }: RequestTiming): void {
    const { request, queuedMs, cachedTokens, timing, firstTokenMs, went } = this.#requests.get(id)!
    this.#requests.delete(id)
    this.#listener.finished(request, cachedTokens, atMs, {
      ...timing!,
      queuedMs,
      firstTokenMs: firstTokenMs!,
      preemptions: timing!.preemptions + preemptions,
      transfer: went,
    })
    this.#todo.push(() => this.#drain(atMs))
  }
}
