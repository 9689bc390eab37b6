import type { Corpus, Dependency, Session, Trace } from '@reprise/trace'
import type { Plan } from '../plan/plan.ts'
import type { RequestRecord } from '../record/request-record.ts'

interface Need {
  readonly on: string
  readonly trigger: 'dispatch' | 'completion'
  readonly delayMs: number
}

interface Waiting {
  readonly id: string
  readonly needs: Need[]
  /** On the tree's clock. */
  dueMs: number
}

interface TreeOptions {
  readonly corpus: Corpus
  readonly trace: Trace
  readonly plan: Plan
  readonly slot: number
  readonly play: number
  /** When it begins. */
  readonly atMs: number
  /** When profiling does. */
  readonly startMs: number
  readonly byId: ReadonlyMap<string, RequestRecord>
}

/** One tree as the rules have it, on a clock of its own, which jumps where idle time is cut. Its requests take as long as their records say. */
export class TreeOnPaper {
  readonly slot: number
  readonly play: number
  /** By how much its clock is ahead of the run's. */
  #jumpedMs = 0
  #nextMs: number | undefined
  idleSinceMs: number
  readonly #waiting: Waiting[]
  readonly #flying: { id: string; doneMs: number }[] = []

  constructor(options: TreeOptions) {
    this.slot = options.slot
    this.play = options.play
    this.idleSinceMs = options.atMs
    this.#waiting = waitingOf(options)
  }

  get jumpedMs(): number {
    return this.#jumpedMs
  }

  jump(ms: number): void {
    this.#jumpedMs += ms
    this.#nextMs = undefined
  }

  get inFlight(): number {
    return this.#flying.length
  }

  get isOver(): boolean {
    return this.#flying.length === 0 && this.#waiting.length === 0
  }

  /** What happens next, on the run's clock. */
  get nextMs(): number {
    if (this.#nextMs === undefined) {
      const dues = this.#waiting.filter(({ needs }) => needs.length === 0).map(({ dueMs }) => dueMs - this.#jumpedMs)
      this.#nextMs = Math.min(...dues, ...this.#flying.map(({ doneMs }) => doneMs), Number.POSITIVE_INFINITY)
    }
    return this.#nextMs
  }

  takeDone(nowMs: number): boolean {
    const at = this.#flying.findIndex(({ doneMs }) => doneMs <= nowMs)
    if (at < 0) return false
    const { id } = this.#flying[at]!
    this.#flying.splice(at, 1)
    this.#nextMs = undefined
    if (this.#flying.length === 0) this.idleSinceMs = nowMs
    this.#meet(id, 'completion', nowMs)
    return true
  }

  takeDue(nowMs: number): string {
    const ready = this.#waiting.filter(({ needs }) => needs.length === 0)
    const next = ready.reduce((one, other) => (other.dueMs < one.dueMs ? other : one))
    if (next.dueMs - this.jumpedMs > nowMs) throw new Error('nothing is due')
    this.#waiting.splice(this.#waiting.indexOf(next), 1)
    this.#nextMs = undefined
    return next.id
  }

  send(id: string, nowMs: number, tookMs: number): void {
    this.#nextMs = undefined
    this.#flying.push({ id, doneMs: nowMs + tookMs })
    this.#meet(id, 'dispatch', nowMs)
  }

  #meet(id: string, trigger: Need['trigger'], nowMs: number): void {
    for (const waiting of this.#waiting) {
      for (const need of waiting.needs.filter((each) => each.on === id && each.trigger === trigger)) {
        waiting.needs.splice(waiting.needs.indexOf(need), 1)
        waiting.dueMs = Math.max(waiting.dueMs, nowMs + this.jumpedMs + need.delayMs)
      }
    }
  }
}

function waitingOf(options: TreeOptions): Waiting[] {
  const { trace, plan, slot, play, atMs, startMs, byId } = options
  const { load } = plan
  const idOf = ({ session, turn }: Dependency['on']) => `${slot}.${play}.${session}.${turn}`
  const first = play === 0 && load.kind === 'lanes' ? plan.firstPlays[slot] : undefined
  const isDone = doneBefore(trace, first)
  const all: Waiting[] = []
  for (const [session, { turns }] of trace.sessions.entries()) {
    for (const [turn, { needs, startMs: recordedMs }] of turns.entries()) {
      if (isDone({ session, turn })) continue
      const wanted = [
        ...needs.map((need) => ({ ...need, delayMs: delayOf(need, trace, turn, session, load) })),
        ...orderOf(trace, session, turn, load),
      ]
      const open = wanted.filter(({ on }) => !isDone(on))
      let dueMs = atMs
      if (load.kind === 'schedule') dueMs = startMs + targetOf(options, recordedMs)
      const own = wanted.filter(({ relation }) => relation !== 'order')
      const goesOn = own.length === 0 || own.some(({ on }) => isDone(on))
      if (first?.startMs !== undefined && goesOn) dueMs = atMs + (recordedMs - first.startMs) * load.timeScale
      all.push({
        id: idOf({ session, turn }),
        dueMs,
        needs: open.map(({ on, trigger, delayMs }) => ({ on: idOf(on), trigger, delayMs })),
      })
    }
  }
  return first && load.kind === 'lanes' && load.warmup.kind === 'full-prefill'
    ? afterWarmUp(all, { first, startMs, slot, byId })
    : all
}

/** The start turn has been sent in warm-up: what it set free is due when the rest of the think time has passed. */
function afterWarmUp(
  all: Waiting[],
  {
    first,
    startMs,
    slot,
    byId,
  }: { first: Plan['firstPlays'][number]; startMs: number; slot: number; byId: TreeOptions['byId'] },
): Waiting[] {
  const id = `${slot}.0.0.${first.startTurn}`
  const record = byId.get(id)
  if (record?.phase !== 'warmup') return all
  const left = all.filter((each) => each.id !== id)
  const free: Waiting[] = []
  for (const waiting of left) {
    waiting.dueMs = 0
    const met = waiting.needs.filter(({ on }) => on === id)
    for (const need of met) {
      waiting.needs.splice(waiting.needs.indexOf(need), 1)
      const fromMs = need.trigger === 'completion' ? record.doneMs : record.sentMs!
      waiting.dueMs = Math.max(waiting.dueMs, fromMs + need.delayMs)
    }
    if (met.length > 0 && waiting.needs.length === 0) free.push(waiting)
  }
  const earliestMs = Math.min(...free.map(({ dueMs }) => dueMs))
  for (const waiting of free) {
    const rest = first.residualThinkMs
    waiting.dueMs = rest === undefined ? Math.max(waiting.dueMs, startMs) : startMs + rest + waiting.dueMs - earliestMs
  }
  return left
}

function doneBefore(trace: Trace, first: Plan['firstPlays'][number] | undefined): (on: Dependency['on']) => boolean {
  if (!first) return () => false
  const { startMs, startTurn } = first
  if (startMs !== undefined)
    return ({ session, turn }) => {
      const next = trace.sessions[session]!.turns.findIndex((each) => each.startMs >= startMs)
      return next < 0 || turn < next
    }
  const over = new Set<number>()
  const isDone = ({ session, turn }: Dependency['on']) => over.has(session) || (session === 0 && turn < startTurn)
  for (let before = -1; before < over.size && startTurn > 0; ) {
    before = over.size
    for (const [s, { turns }] of trace.sessions.entries())
      if (s > 0 && turns[0]!.needs.every(({ on }) => isDone(on))) over.add(s)
  }
  return isDone
}

function targetOf({ corpus, plan, trace }: TreeOptions, recordedMs: number): number {
  const { load } = plan
  const firstMs = Math.min(
    ...corpus.traces.flatMap(({ startMs = 0, sessions }) => sessions.map(({ turns }) => startMs + turns[0]!.startMs)),
  )
  return ((trace.startMs ?? 0) + recordedMs - firstMs) * load.timeScale
}

function delayOf(need: Dependency, trace: Trace, turn: number, session: number, load: Plan['load']): number {
  if (load.kind === 'schedule') return 0
  const it = trace.sessions[session]!.turns[turn]!
  const on = trace.sessions[need.on.session]!.turns[need.on.turn]!
  const gapMs = it.startMs - on.startMs - (need.trigger === 'completion' ? (on.apiMs ?? 0) : 0)
  const recordedMs = load.kind === 'lanes' && load.delays === 'end-to-start' ? gapMs : need.delayMs
  return Math.min(Math.max(0, recordedMs), load.thinkCapMs ?? Number.POSITIVE_INFINITY) * load.timeScale
}

/** Of every other session what had ended last, but for what another one of these began after the end of. */
function orderOf(trace: Trace, s: number, t: number, load: Plan['load']) {
  if (load.kind !== 'lanes' || load.order !== 'recorded') return []
  const { startMs } = trace.sessions[s]!.turns[t]!
  const latest = trace.sessions.flatMap((session, other) => (other === s ? [] : latestEnded(session, other, startMs)))
  return latest
    .filter((one) => !latest.some((other) => one.startMs < other.startMs && one.endMs <= other.startMs))
    .filter(({ on }) => !waitsFor(trace, on, { session: s, turn: t }))
    .map(({ on }) => ({ on, trigger: 'completion' as const, delayMs: 0, relation: 'order' as const }))
}

function latestEnded({ turns }: Session, session: number, instantMs: number) {
  let latest: { on: Dependency['on']; startMs: number; endMs: number } | undefined
  for (const [turn, { startMs, apiMs = 0 }] of turns.entries()) {
    const endMs = startMs + apiMs
    if (startMs >= instantMs || endMs > instantMs) continue
    if (!latest || endMs > latest.endMs || (endMs === latest.endMs && startMs >= latest.startMs))
      latest = { on: { session, turn }, startMs, endMs }
  }
  return latest ? [latest] : []
}

/** Whether a turn waits, by the recorded edges, for one that seems to have started after it: starts are rounded. */
function waitsFor(trace: Trace, from: Dependency['on'], wanted: Dependency['on']): boolean {
  const { startMs } = trace.sessions[wanted.session]!.turns[wanted.turn]!
  const waiting = [from]
  const seen = new Set<string>()
  for (const { session, turn } of waiting) {
    if (session === wanted.session && turn === wanted.turn) return true
    for (const { on } of trace.sessions[session]!.turns[turn]!.needs) {
      const key = `${on.session}.${on.turn}`
      // No edge goes back by more than the rounding.
      if (seen.has(key) || trace.sessions[on.session]!.turns[on.turn]!.startMs < startMs - 5_000) continue
      seen.add(key)
      waiting.push(on)
    }
  }
  return false
}
