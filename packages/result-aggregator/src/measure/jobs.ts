import type { Plan, RequestRecord } from '@reprise/replay-engine'
import type { JobFigures } from '../result/job-figures.ts'
import { busyTime } from './busy-time.ts'
import type { ProfilingWindow } from './profiling-windows.ts'
import { sessionIndexOf } from './session-index.ts'
import { SessionMeter } from './sessions.ts'
import { survivalOf } from './survival.ts'
import { treeShapes } from './tree-shapes.ts'

/** Who asked, and on what: what rates are divided among. */
export interface JobScale {
  /** Of a closed load. */
  readonly users?: number | undefined
  readonly gpus?: number | undefined
}

/**
 * Follows plays from their first turn to their last. One that was found midway when the window began is no whole job: its end counts in
 * the rates, and its length nowhere. It has ended when its lane plays the next.
 */
export class JobMeter {
  readonly #turns: ReadonlyMap<string, number>
  readonly #windows: readonly ProfilingWindow[]
  readonly #scale: JobScale
  readonly #plays = new Map<string, PlayTally>()
  readonly #sessions: SessionMeter

  /** `windows`: in the order of time, at least one. */
  constructor({
    plan,
    windows,
    scale,
  }: {
    readonly plan: Pick<Plan, 'trees'>
    readonly windows: readonly ProfilingWindow[]
    readonly scale: JobScale
  }) {
    const shapes = treeShapes(plan)
    this.#turns = new Map([...shapes].map(([id, { turns }]) => [id, turns.reduce((sum, each) => sum + each, 0)]))
    this.#windows = windows
    this.#scale = scale
    this.#sessions = new SessionMeter(shapes)
  }

  /** Of the profiling phase. */
  add(record: RequestRecord): void {
    const { lane, play, turn, sentMs, connectStartMs, dueMs, doneMs, outcome } = record
    const sessionIndex = sessionIndexOf(record)
    const key = keyOf(lane, play)
    const tally = this.#plays.get(key) ?? newTally(record)
    this.#plays.set(key, tally)
    tally.firstDueMs = Math.min(tally.firstDueMs, dueMs)
    tally.lastDoneMs = Math.max(tally.lastDoneMs, doneMs)
    tally[outcome.kind] += 1
    if (record.attempt !== tally.attempt) tally.isWhole = false
    else if (sessionIndex === 0 && turn === 0 && (sentMs ?? connectStartMs) !== undefined) tally.beganAtRoot = true
    if (sentMs !== undefined) tally.busyMs.push(sentMs, doneMs)
    this.#sessions.add(record, sessionIndex)
  }

  /** `endMs`: when measuring ended, `windowMs`: how long it took in all. */
  result({ endMs, windowMs }: { readonly endMs: number; readonly windowMs: number | undefined }): JobFigures {
    const counts = { begun: 0, completed: 0, completedWithFailures: 0, truncated: 0, unfinished: 0 }
    const [endedMs, unendedMs]: [number[], number[]] = [[], []]
    let [busyMs, lastedMs, foundMidway] = [0, 0, 0]
    for (const tally of this.#plays.values()) {
      if (!tally.isWhole || !tally.beganAtRoot) {
        if (!tally.beganAtRoot && this.#isOver(tally) && this.#holds(tally.lastDoneMs)) foundMidway += 1
        continue
      }
      counts.begun += 1
      const end = this.#endOf(tally)
      counts[end] += 1
      if (end === 'completed') {
        endedMs.push(tally.lastDoneMs - tally.firstDueMs)
        lastedMs += tally.lastDoneMs - tally.firstDueMs
        busyMs += busyTime(tally.busyMs)
      }
      if (end === 'unfinished') unendedMs.push(Math.max(0, endMs - tally.firstDueMs))
    }
    const durationMs = survivalOf({ endedMs, unendedMs })
    return {
      ...counts,
      ...(foundMidway > 0 && { foundMidway }),
      ...(durationMs && { durationMs }),
      ...(lastedMs > 0 && { busyShare: busyMs / lastedMs }),
      ...this.#rates(counts.completed + foundMidway, windowMs),
      sessions: this.#sessions.result({ endMs, holds: (instantMs) => this.#holds(instantMs) }),
    }
  }

  #rates(jobs: number, windowMs: number | undefined): Pick<JobFigures, 'perHour' | 'perHourPerUser' | 'perHourPerGpu'> {
    if (windowMs === undefined) return {}
    const perHour = jobs / (windowMs / 3_600_000)
    const { users, gpus } = this.#scale
    return {
      perHour,
      ...(users !== undefined && { perHourPerUser: perHour / users }),
      ...(gpus !== undefined && { perHourPerGpu: perHour / gpus }),
    }
  }

  #endOf(tally: PlayTally): 'completed' | 'completedWithFailures' | 'truncated' | 'unfinished' {
    if (tally.truncated > 0) return 'truncated'
    const hasAll = tally.ok + tally.failed === this.#turns.get(tally.trace)
    if (!hasAll || !this.#holds(tally.lastDoneMs)) return 'unfinished'
    return tally.failed > 0 ? 'completedWithFailures' : 'completed'
  }

  /** A lane goes on to its next play when the one before has ended. */
  #isOver({ lane, play, truncated, cancelled }: PlayTally): boolean {
    return truncated + cancelled === 0 && this.#plays.has(keyOf(lane, play + 1))
  }

  #holds(instantMs: number): boolean {
    return this.#windows.some(({ startMs, endMs }) => instantMs > startMs && instantMs <= endMs)
  }
}

interface PlayTally extends Record<RequestRecord['outcome']['kind'], number> {
  readonly lane: number
  readonly play: number
  readonly trace: string
  /** Of the run's starts, the one that it was played in. */
  readonly attempt: number
  isWhole: boolean
  beganAtRoot: boolean
  firstDueMs: number
  lastDoneMs: number
  /** In flight from when to when: two numbers a request. */
  readonly busyMs: number[]
}

function newTally({ lane, play, trace, attempt }: RequestRecord): PlayTally {
  return {
    lane,
    play,
    trace,
    attempt,
    isWhole: true,
    beganAtRoot: false,
    firstDueMs: Infinity,
    lastDoneMs: -Infinity,
    busyMs: [],
    ok: 0,
    failed: 0,
    truncated: 0,
    cancelled: 0,
  }
}

function keyOf(lane: number, play: number): string {
  return `${lane}.${play}`
}
