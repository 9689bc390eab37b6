import type { Corpus } from '@reprise/trace'
import type { Plan } from '../plan/plan.ts'
import type { PhaseSpan } from '../record/phase-span.ts'
import type { RequestRecord } from '../record/request-record.ts'
import { TreeOnPaper } from './tree-on-paper.fixture.ts'

/** What was found of a run: how many requests are due when the rules want them, how often idle time was cut, and what is wrong. */
export interface TimingCheck {
  readonly checked: number
  readonly cuts: number
  readonly problems: readonly string[]
}

interface RunOnPaper {
  readonly corpus: Corpus
  readonly plan: Plan
  readonly records: readonly RequestRecord[]
  readonly phases: readonly PhaseSpan[]
}

/**
 * Works a run out once more, from corpus, load and the times that its replies took, by the rules as they are written and with nothing of the
 * planner or the replay, and lays the records beside it. Each tree has a clock of its own, which jumps where idle time is cut.
 *
 * Of the plan it takes the load, and where each lane starts. No request may be refused as too long.
 */
export function checkTiming(run: RunOnPaper): TimingCheck {
  const paper = new Paper(run)
  paper.work()
  return paper.result()
}

/** Instants go through sums. */
const slackMs = 0.001

class Paper {
  readonly #run: RunOnPaper
  readonly #byId: Map<string, RequestRecord>
  readonly #startMs: number
  readonly #endMs: number
  readonly #trees: TreeOnPaper[] = []
  readonly #seen = new Set<string>()
  readonly #problems: string[] = []
  #cuts = 0
  #idleSinceMs: number

  constructor(run: RunOnPaper) {
    const { load } = run.plan
    this.#run = run
    this.#byId = new Map(run.records.map((record) => [record.id, record]))
    this.#startMs = run.phases.find(({ phase }) => phase === 'profiling')!.startMs
    this.#endMs = load.until.kind === 'window' ? this.#startMs + load.until.durationMs : Number.POSITIVE_INFINITY
    this.#idleSinceMs = this.#startMs
  }

  work(): void {
    const { load } = this.#run.plan
    const closed = load.kind === 'lanes'
    const first = closed && load.warmup.kind === 'plays' ? load.warmup.perLane : 0
    const slots = closed ? load.lanes : 1 + this.#run.records.reduce((most, { lane }) => Math.max(most, lane), -1)
    for (let slot = 0; slot < slots; slot += 1) {
      const atMs = closed ? this.#startMs + slot * load.staggerMs : this.#arrivalMs(slot)
      this.#begin(slot, first, atMs)
    }
    for (;;) {
      this.#jump()
      const next = this.#trees.reduce<TreeOnPaper | undefined>(
        (one, other) => (other.nextMs < (one?.nextMs ?? Number.POSITIVE_INFINITY) ? other : one),
        undefined,
      )
      if (!next || next.nextMs >= this.#endMs) return
      this.#step(next)
    }
  }

  /** Of a rate, as drawn: the first request of each arrival is taken at its word. */
  #arrivalMs(slot: number): number {
    return this.#run.plan.load.kind === 'rate' ? this.#byId.get(`${slot}.0.0.0`)!.dueMs : this.#startMs
  }

  result(): TimingCheck {
    for (const { id, phase } of this.#run.records)
      if (phase !== 'warmup' && !this.#seen.has(id)) this.#problems.push(`${id} was sent, and nothing asked for it`)
    return { checked: this.#seen.size, cuts: this.#cuts, problems: this.#problems }
  }

  #begin(slot: number, play: number, atMs: number): void {
    const { corpus, plan, records } = this.#run
    const one = records.find((record) => record.lane === slot && record.play === play)
    if (!one) return
    const trace = corpus.traces.find(({ id }) => id === one.trace)!
    this.#trees.push(
      new TreeOnPaper({ trace, plan, slot, play, atMs, startMs: this.#startMs, corpus, byId: this.#byId }),
    )
  }

  /** Idle trees, and then all of them where none has anything in flight. */
  #jump(): void {
    const { load } = this.#run.plan
    if (load.kind !== 'lanes') return
    const { treeIdleCapMs = Number.POSITIVE_INFINITY, systemIdleCapMs = Number.POSITIVE_INFINITY } = load
    for (const tree of this.#trees)
      if (tree.inFlight === 0) this.#cut([tree], tree.nextMs - tree.idleSinceMs - treeIdleCapMs)
    if (this.#trees.some(({ inFlight }) => inFlight > 0)) return
    const nextMs = Math.min(...this.#trees.map((tree) => tree.nextMs))
    this.#cut(this.#trees, nextMs - this.#idleSinceMs - systemIdleCapMs)
  }

  #cut(trees: readonly TreeOnPaper[], ms: number): void {
    if (!(ms > 0) || !Number.isFinite(ms)) return
    this.#cuts += 1
    for (const tree of trees) tree.jump(ms)
  }

  #step(tree: TreeOnPaper): void {
    const nowMs = tree.nextMs
    const done = tree.takeDone(nowMs)
    if (done) {
      if (this.#trees.every(({ inFlight }) => inFlight === 0)) this.#idleSinceMs = nowMs
      if (!tree.isOver) return
      this.#trees.splice(this.#trees.indexOf(tree), 1)
      if (this.#run.plan.load.kind === 'lanes') this.#begin(tree.slot, tree.play + 1, nowMs)
      return
    }
    const id = tree.takeDue(nowMs)
    const record = this.#byId.get(id)
    if (!record) {
      this.#problems.push(`${id} is due at ${nowMs}, and was not sent`)
      tree.send(id, nowMs, 0)
      return
    }
    this.#seen.add(id)
    const offMs = Math.abs(record.dueMs - nowMs)
    if (offMs > slackMs || record.sentMs !== record.dueMs)
      this.#problems.push(
        `${id} was due at ${record.dueMs} and sent at ${record.sentMs}, and should have been at ${nowMs}`,
      )
    tree.send(id, nowMs, record.doneMs - record.sentMs!)
  }
}
