import type { Engine, EngineCounts, Hold } from '../engine.ts'
import type { EngineListener, EngineRequest, RequestTiming } from '../engine-request.ts'
import type { KvTransferConfig } from '../fleet-config.ts'
import { sumOfCounts } from '../sum-of-counts.ts'
import type { Fleet } from './fleet.ts'
import { KvLinks } from './kv-links.ts'

/** Makes a fleet that tells a listener. */
export type FleetMaker = (listener: EngineListener) => Fleet

/** A request from its submission to its end. */
interface Travelling {
  readonly request: EngineRequest
  readonly queuedMs: number
  stage: 'prefill' | 'blocks' | 'transfer' | 'decode'
  /** Since when it is at its stage. */
  sinceMs: number
  cachedTokens: number
  /** Of its prefill. */
  timing: RequestTiming | undefined
  firstTokenMs: number | undefined
}

/**
 * Engines that compute prompts and engines that decode, as one engine. A prompt is computed and kept; an engine that decodes finds blocks for
 * all of it; what its cache lacks goes over the links of the two; then the first lets go of it and the second computes its last token,
 * which brings the first token of the output.
 *
 * Source: vLLM with its NIXL connector, where the one that decodes fetches: the token that the prefill brought is thrown away.
 */
export class DisaggregatedFleet implements Engine {
  readonly #prefill: Fleet
  readonly #decode: Fleet
  readonly #links: KvLinks
  readonly #transfer: KvTransferConfig
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

  constructor(prefill: FleetMaker, decode: FleetMaker, transfer: KvTransferConfig, listener: EngineListener) {
    this.#transfer = transfer
    this.#links = new KvLinks(transfer)
    this.#listener = listener
    this.#prefill = prefill({
      tokens: () => {},
      ...(listener.step && { step: listener.step }),
      held: (atMs) => this.#todo.push(() => this.#heldAt(atMs, 'prefill')),
      finished: ({ id }, cachedTokens, atMs, timing) =>
        this.#todo.push(() => this.#prefilled(id, { cachedTokens, atMs, timing })),
    })
    this.#decode = decode({
      tokens: ({ id }, count, atMs) => this.#tokens(id, count, atMs),
      reserved: ({ id }, missingTokens, atMs) => this.#todo.push(() => this.#reserved(id, missingTokens, atMs)),
      ...(listener.step && { step: listener.step }),
      held: (atMs) => this.#todo.push(() => this.#heldAt(atMs, 'decode')),
      finished: ({ id }, _cachedTokens, atMs, timing) => this.#finished(id, atMs, timing),
    })
  }

  get wakeMs(): number | undefined {
    const instants = [this.#prefill.wakeMs, this.#links.wakeMs, this.#decode.wakeMs].filter((ms) => ms !== undefined)
    return instants.length === 0 ? undefined : Math.min(...instants)
  }

  /** Steps, blocks and evictions of all engines; prompts and their hits of those that compute prompts, output of those that decode. */
  get counts(): EngineCounts {
    const [prefill, decode] = [this.#prefill.counts, this.#decode.counts]
    const { queriedTokens, hitTokens } = prefill
    const { generatedTokens, finishedRequests } = decode
    return {
      ...sumOfCounts(prefill, decode),
      ...{ queriedTokens, hitTokens, generatedTokens, finishedRequests },
      ...this.#begun,
      transfers: { ...this.#sent },
    }
  }

  submit(request: EngineRequest, nowMs: number): void {
    if (this.#requests.has(request.id)) throw new RangeError(`request ${request.id} is already in the engine`)
    this.catchUp(nowMs)
    this.#prefill.submit({ ...request, outputTokens: 1, maxTokens: 1, keepsBlocks: true }, nowMs)
    this.#settle()
    const times = { queuedMs: nowMs, sinceMs: nowMs, timing: undefined, firstTokenMs: undefined }
    this.#requests.set(request.id, { request, stage: 'prefill', cachedTokens: 0, ...times })
  }

  abort(id: string, nowMs: number): boolean {
    const travelling = this.#requests.get(id)
    if (!travelling) return false
    this.#requests.delete(id)
    this.#drain(nowMs)
    if (travelling.stage === 'prefill') return this.#prefill.abort(id, nowMs)
    if (travelling.stage === 'transfer') this.#links.cancel(id, nowMs)
    if (travelling.stage !== 'decode') this.#prefill.letGo(id, nowMs)
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

  /** Those that decode are held when those that compute prompts are; where those that run are to end, when all that have left them have. */
  hold(hold: Hold, nowMs: number): void {
    this.#hold = hold
    this.#held.prefill = false
    this.#held.decode = false
    this.#prefill.hold(hold, nowMs)
    if (hold.what === 'all') this.#decode.hold(hold, nowMs)
    else this.#decode.release(nowMs)
  }

  release(nowMs: number): void {
    this.#hold = undefined
    this.#prefill.release(nowMs)
    this.#decode.release(nowMs)
  }

  #heldAt(atMs: number, which: 'prefill' | 'decode'): void {
    this.#held[which] = true
    if (this.#held.prefill && this.#held.decode) this.#listener.held?.(atMs)
    else this.#drain(atMs)
  }

  #drain(atMs: number): void {
    if (this.#hold?.what !== 'new' || !this.#held.prefill || this.#held.decode) return
    if ([...this.#requests.values()].every(({ stage }) => stage === 'prefill')) this.#decode.hold(this.#hold, atMs)
  }

  /** What happens at an instant: steps that end, then transfers, each with what follows from it. */
  #step(atMs: number): void {
    this.#isStepping = true
    try {
      if (this.#prefill.wakeMs === atMs) this.#prefill.advance(atMs)
      this.#settle()
      if (this.#decode.wakeMs === atMs) this.#decode.advance(atMs)
      this.#settle()
      if (this.#links.wakeMs === atMs) for (const { id } of this.#links.advance(atMs)) this.#received(id, atMs)
    } finally {
      this.#isStepping = false
    }
  }

  #settle(): void {
    while (this.#todo.length > 0) {
      const todo = this.#todo
      this.#todo = []
      for (const each of todo) each()
    }
  }

  #prefilled(id: string, end: { cachedTokens: number; atMs: number; timing: RequestTiming }): void {
    const travelling = this.#requests.get(id)
    if (!travelling) return
    const { cachedTokens, atMs, timing } = end
    this.#turn(travelling, 'blocks', atMs)
    travelling.cachedTokens = cachedTokens
    travelling.timing = timing
    this.#decode.submit({ ...travelling.request, isRemote: true }, atMs)
  }

  #reserved(id: string, missingTokens: number, atMs: number): void {
    const travelling = this.#requests.get(id)
    if (!travelling) return
    this.#sent.blocksWaitMs += this.#turn(travelling, 'transfer', atMs)
    this.#sent.sparedTokens += travelling.request.promptTokens - missingTokens
    const bytes = missingTokens * this.#transfer.bytesPerToken
    this.#sent.bytes += bytes
    const [from, to] = [this.#prefill.homeOf(id)!, this.#decode.homeOf(id)!]
    this.#links.start({ id, from, to, bytes }, atMs)
  }

  #received(id: string, atMs: number): void {
    this.#sent.count += 1
    this.#sent.transferMs += this.#turn(this.#requests.get(id)!, 'decode', atMs)
    this.#prefill.letGo(id, atMs)
    this.#decode.receive(id, atMs)
  }

  /** Puts a request to its next stage; how long it was at the one before. */
  #turn(travelling: Travelling, stage: Travelling['stage'], atMs: number): number {
    const ms = atMs - travelling.sinceMs
    travelling.stage = stage
    travelling.sinceMs = atMs
    return ms
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
    const { request, queuedMs, cachedTokens, timing, firstTokenMs } = this.#requests.get(id)!
    this.#requests.delete(id)
    this.#listener.finished(request, cachedTokens, atMs, {
      queuedMs,
      scheduledMs: timing!.scheduledMs,
      firstTokenMs: firstTokenMs!,
      preemptions: timing!.preemptions + preemptions,
    })
    this.#todo.push(() => this.#drain(atMs))
  }
}
