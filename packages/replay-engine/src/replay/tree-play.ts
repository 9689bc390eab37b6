import { sleepUntil } from '../clock/sleep-until.ts'
import type { Play } from '../plan/play.ts'
import type { PlannedRequest } from '../port/target.ts'
import { renderAddress } from '../record/turn-address.ts'
import { PendingTurns } from './pending-turns.ts'
import { inOrderOfSending, latestOfEach } from './played-turns.ts'
import type { EndedTurn } from './progress.ts'
import type { Ended, Run, Sending, Waiting } from './run.ts'
import { type Primer, sendPrimers } from './send-primers.ts'
import { TreePrompts } from './tree-prompts.ts'
import { type ReadyTurn, TurnGraph } from './turn-graph.ts'

/**
 * One lane playing one tree: every turn is sent when its graph and the clock say so, subagents beside their parent.
 *
 * A play may be opened in two steps: `warmUp` sends the start turn alone and holds back whatever follows until `finish`, or sends what comes before
 * it in each session. A play that an earlier attempt began goes on with the turns that had not ended.
 */
export class TreePlay implements Waiting {
  readonly #run: Run
  readonly #play: Play
  readonly #graph: TurnGraph
  readonly #prompts: TreePrompts
  readonly #pending: PendingTurns
  readonly #over = Promise.withResolvers<number>()
  /** Only of a play that is opened by a warm-up. */
  #warm: PromiseWithResolvers<void> | undefined
  #begun = false
  /** While set, only the start turn is sent; what else is ready waits here. */
  #held: ReadyTurn[] | undefined
  #inFlight = 0
  /** Since then nothing is in flight, where that is so. */
  #idleSinceMs = 0
  /** Longest time that nothing may be; `Infinity`: as long as it takes. */
  readonly #idleCapMs: number
  #truncated = false
  #isOver = false
  /** Turns of an earlier attempt to send once more in warm-up. */
  readonly #repeats: readonly EndedTurn[]
  /** Where an earlier attempt broke the play off. */
  readonly #brokeOffMs: number | undefined
  /** No turn is on record but the one that warm-up sends. */
  readonly #isAtStart: boolean

  /** `onRecord`: the turns of the play that ended in an earlier attempt, in the order of their ends. */
  constructor(run: Run, play: Play, onRecord: readonly EndedTurn[] = []) {
    const { plan, corpus } = run.options
    // Those of warm-up come before the turns of the play.
    const played = onRecord.filter(({ sessionIndex, turn }) => turn >= (play.snapshot?.from[sessionIndex] ?? 0))
    this.#run = run
    this.#play = play
    this.#graph = new TurnGraph(play)
    this.#pending = new PendingTurns(run.options.clock, (ready) => run.guard(() => this.#dispatch(ready)))
    this.#idleCapMs = (plan.load.kind === 'lanes' && plan.load.treeIdleCapMs) || Number.POSITIVE_INFINITY
    this.#prompts = new TreePrompts(
      corpus.traces[play.tree.trace]!,
      { seed: plan.seed, scope: play.scope, blockSize: plan.blockSize },
      run.blocksSeenBy(play),
    )
    this.#isAtStart = played.every((turn) => this.#isStart(turn))
    if (played.length > 0) {
      this.#brokeOffMs = run.options.clock.now()
      this.#held = this.#goOn(played)
    }
    this.#repeats = this.#isOver ? [] : latestOfEach(play.tree, played)
  }

  /** Its first requests would find a cold cache where the recorded ones found a warm one. */
  get needsWarmUp(): boolean {
    if (this.#begun) return this.#repeats.length > 0
    const { snapshot, startTurn, residualThinkMs } = this.#play
    return snapshot ? snapshot.primers.length > 0 : startTurn > 0 || residualThinkMs !== undefined
  }

  /** What it sends next is due when a rest of think time has passed. */
  get isPaused(): boolean {
    return this.#begun && (this.#play.residualThinkMs !== undefined || this.#brokeOffMs !== undefined)
  }

  /** Every turn was sent in an earlier attempt. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** Sends the start turn alone, or primers, or, in a resumed play, the latest turns once more; returns when the replies have ended. */
  async warmUp(atMs: number): Promise<void> {
    if (this.#begun) await Promise.all(this.#repeats.map((turn) => this.#repeat(turn, atMs)))
    else if (this.#play.snapshot)
      await sendPrimers(this.#play.snapshot, {
        run: this.#run,
        atMs,
        sendingOf: (primer) => this.#sendingOf(primer, { sends: true, outputTokens: 1 }),
      })
    else await this.#warmUpStart(atMs)
  }

  #warmUpStart(atMs: number): Promise<void> {
    this.#held = []
    this.#warm = Promise.withResolvers()
    this.#begin(atMs)
    return this.#warm.promise
  }

  /** Plays on, nothing before `fromMs`; returns when the last turn of the tree ended. `originMs`: where recorded times count from. */
  finish(fromMs: number, originMs = fromMs): Promise<number> {
    const held = this.#held ?? []
    this.#held = undefined
    if (this.#begun) this.#schedule(this.#goingOn(held, fromMs))
    else this.#begin(fromMs, originMs)
    return this.#over.promise
  }

  /** It arrived when the run was over: what it would have begun with is on record as never sent. */
  miss(fromMs: number, originMs: number): void {
    this.#run.plays.started += 1
    for (const ready of this.#graph.begin(fromMs, originMs)) this.#pending.add(ready)
    this.stop()
  }

  /** When turns that were held back are due: think time does not run while caches are warmed, unless the load lets it. */
  #goingOn(held: readonly ReadyTurn[], fromMs: number): ReadyTurn[] {
    const dueMs = this.#dueOnGoingOn(held, fromMs)
    return held.map((ready) => ({ ...ready, dueMs: dueMs(ready) }))
  }

  #dueOnGoingOn(held: readonly ReadyTurn[], fromMs: number): (ready: ReadyTurn) => number {
    const { residualThinkMs } = this.#play
    if (residualThinkMs !== undefined && this.#isAtStart) {
      const firstMs = Math.min(...held.map(({ dueMs }) => dueMs))
      return ({ dueMs }) => fromMs + residualThinkMs + dueMs - firstMs
    }
    const brokeOffMs = this.#brokeOffMs
    if (brokeOffMs !== undefined) return ({ dueMs }) => fromMs + Math.max(0, dueMs - brokeOffMs)
    return ({ dueMs }) => Math.max(dueMs, fromMs)
  }

  stop(): void {
    const doneMs = this.#run.options.clock.now()
    for (const ready of this.#pending.takeAll().sort((one, other) => one.dueMs - other.dueMs))
      if (this.#run.owes(ready.dueMs))
        this.#run.record(this.#sendingOf(ready, { sends: false }), { outcome: { kind: 'cancelled' }, doneMs })
    this.#checkOver()
  }

  nextDueMs(): number {
    return this.#pending.nextDueMs()
  }

  cutIdle(ms: number): void {
    this.#graph.cutIdle(ms)
    this.#pending.cutIdle(ms)
  }

  /** To be asked when something has ended or begun: where nothing is in flight, the next turn is due within the cap. */
  #heedIdle(): void {
    if (this.#idleCapMs === Number.POSITIVE_INFINITY || this.#inFlight > 0) return
    const nextMs = this.nextDueMs()
    const cutMs = nextMs - this.#idleSinceMs - this.#idleCapMs
    if (cutMs > 0 && Number.isFinite(nextMs)) this.cutIdle(cutMs)
  }

  /** Brings graph and prompts to where the earlier attempts left them. */
  #goOn(played: readonly EndedTurn[]): ReadyTurn[] {
    this.#begun = true
    this.#truncated = played.some(({ truncated }) => truncated)
    const ready = this.#graph.resume(played)
    for (const { sessionIndex, turn, sentMs } of inOrderOfSending(played))
      this.#prompts.next(sessionIndex, turn, { sends: sentMs !== undefined })
    this.#isOver = this.#graph.over
    if (this.#isOver) return []
    this.#run.plays.started += 1
    this.#run.watch(this)
    return ready
  }

  /** Sends a turn that has been played once more, for the server's cache alone. */
  async #repeat({ sessionIndex, turn }: EndedTurn, atMs: number): Promise<void> {
    const { clock } = this.#run.options
    await sleepUntil(clock, atMs, this.#run.closing.signal).catch(() => {})
    if (!this.#run.mayStillSend()) return
    this.#inFlight += 1
    await this.#run.send(this.#sendingOf({ sessionIndex, turn, dueMs: atMs }, { sends: true }))
    this.#inFlight -= 1
    this.#checkOver()
  }

  #begin(atMs: number, originMs = atMs): void {
    this.#begun = true
    this.#run.plays.started += 1
    this.#run.watch(this)
    this.#idleSinceMs = atMs
    this.#schedule(this.#graph.begin(atMs, originMs))
    this.#heedIdle()
    this.#checkOver()
  }

  #schedule(ready: readonly ReadyTurn[]): void {
    if (this.#run.closed) return
    for (const turn of ready) {
      if (this.#held && !this.#isStart(turn)) this.#held.push(turn)
      else this.#pending.add(turn)
    }
  }

  #dispatch(ready: ReadyTurn): void {
    if (!this.#run.mayStillSend()) return
    const sends = !this.#play.tree.sessions[ready.sessionIndex]!.turns[ready.turn]!.overContext
    const sending = this.#sendingOf(ready, { sends })
    if (sends) this.#send(ready, sending)
    else this.#truncate(ready, sending)
  }

  #sendingOf(
    { sessionIndex, turn, dueMs, targetMs, idleCutMs, again }: ReadyTurn & Pick<Primer, 'again'>,
    { sends, outputTokens }: { readonly sends: boolean; readonly outputTokens?: number },
  ): Sending {
    const { tree, lane, play } = this.#play
    const { id, parent, turns } = tree.sessions[sessionIndex]!
    const { content, idealHitTokens } = this.#prompts.next(sessionIndex, turn, { sends })
    const request: PlannedRequest = {
      id: renderAddress({ lane, play, sessionIndex, turn, ...(again !== undefined && { again }) }),
      phase: this.#run.phases.at(-1)!.phase,
      lane,
      play,
      traceId: tree.traceId,
      traceIndex: tree.trace,
      sessionIndex,
      ...(parent !== undefined && { parentSession: parent }),
      turn,
      inputTokens: turns[turn]!.inputTokens,
      outputTokens: outputTokens ?? turns[turn]!.outputTokens,
      prompt: content,
    }
    return {
      ...{ request, session: id, dueMs, idealHitTokens },
      ...(targetMs !== undefined && { targetMs }),
      ...(idleCutMs !== undefined && { idleCutMs }),
    }
  }

  #send(ready: ReadyTurn, sending: Sending): void {
    this.#inFlight += 1
    const sentMs = this.#run.options.clock.now()
    this.#run
      .send(sending)
      .then((ended) => this.#ended(ready, ended))
      .catch((error: unknown) => this.#run.fail(error))
    this.#schedule(this.#graph.dispatched(ready.sessionIndex, ready.turn, sentMs))
  }

  #ended(ready: ReadyTurn, { outcome, doneMs }: Ended): void {
    this.#inFlight -= 1
    if (this.#inFlight === 0) this.#idleSinceMs = doneMs
    // A cancelled turn has not been played: the run is over, and the tree is cut.
    const cancelled = outcome.kind === 'cancelled' && this.#run.closed
    if (outcome.kind === 'truncated') {
      this.#truncated = true
      this.#schedule(this.#graph.truncated(ready.sessionIndex, ready.turn, { wasSent: true, atMs: doneMs }))
    } else if (!cancelled) {
      this.#schedule(this.#graph.ended(ready.sessionIndex, ready.turn, doneMs))
    }
    this.#heedIdle()
    if (this.#isStart(ready)) this.#warm?.resolve()
    this.#checkOver(doneMs)
  }

  /** The plan knows that the turn does not fit. */
  #truncate(ready: ReadyTurn, sending: Sending): void {
    this.#truncated = true
    const nowMs = this.#run.options.clock.now()
    this.#schedule(this.#graph.truncated(ready.sessionIndex, ready.turn, { wasSent: false, atMs: nowMs }))
    this.#heedIdle()
    const message = `input and output exceed the context of ${this.#run.options.plan.load.maxContextTokens} tokens; not sent`
    this.#run.record(sending, { outcome: { kind: 'truncated', message }, doneMs: nowMs })
    this.#checkOver()
  }

  #isStart({ sessionIndex, turn }: Pick<ReadyTurn, 'sessionIndex' | 'turn'>): boolean {
    return sessionIndex === 0 && turn === this.#play.startTurn
  }

  #checkOver(atMs = this.#run.options.clock.now()): void {
    const cut = this.#run.closed && this.#inFlight === 0
    if (this.#isOver || (!this.#graph.over && !cut)) return
    this.#isOver = true
    this.#run.unwatch(this)
    this.#warm?.resolve()
    this.#over.resolve(atMs)
    this.#count()
  }

  #count(): void {
    if (!this.#graph.over) this.#run.plays.cut += 1
    else if (this.#truncated) this.#run.plays.truncated += 1
    else this.#run.plays.completed += 1
  }
}
