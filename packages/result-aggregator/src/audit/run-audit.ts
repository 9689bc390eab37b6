import {
  type Arrivals,
  arrivalsOf,
  isOfShard,
  type PhaseSpan,
  type Plan,
  parseAddress,
  type RequestRecord,
  type Shard,
  slotsOfShard,
} from '@reprise/replay-engine'
import type { AttemptBreak } from '../result/attempt-break.ts'
import { countRecord, emptyTally } from '../result/record-tally.ts'
import type { RunFile } from '../result/run-header.ts'
import { type AuditProblem, foundBy } from './audit-problem.ts'
import { ImpossibleRunError } from './impossible-run-error.ts'
import { begunMs, instantProblem, slackMs } from './instant-problem.ts'
import { LaneAudit } from './lane-audit.ts'
import { phaseProblem, placeProblem, type Timeline } from './phase-problem.ts'
import type { DueTurn } from './play-audit.ts'
import { tallyProblem } from './tally-problem.ts'
import { unsentProblem } from './unsent-problem.ts'

/** What a run left, its records apart. */
export interface AuditedRun {
  readonly plan: Plan
  readonly phases: readonly PhaseSpan[]
  readonly breaks: readonly AttemptBreak[]
  readonly ended: RunFile['ended']
  /** Which slots of the plan it is about; absent: all. */
  readonly shard?: Shard | undefined
}

/**
 * Lays the records of a run, in the order in which they were written, beside its plan and its phases, and refuses what cannot have
 * happened: instants out of order, tokens beyond all measure, a request twice, one that the plan does not have, one without those that
 * it waits for, and fewer than the run says that it wrote. Keeps a play for each lane.
 *
 * It cannot know better than a writer who keeps to all of that: docs/decisions/0014-what-a-run-folder-proves.md.
 */
export class RunAudit {
  readonly #run: AuditedRun
  readonly #arrivals: Arrivals
  /** Where arrivals of an open load count from. */
  readonly #profilingMs: number
  readonly #timeline: Timeline
  readonly #lanes = new Map<number, LaneAudit>()
  /** Of the latest attempt. */
  #tally = emptyTally()
  /** In the attempts before it. */
  #before = 0
  #count = 0
  #attempt = 1
  #lastDoneMs = 0
  #latestMs = 0
  readonly #onWait: ((lateMs: number) => void) | undefined

  /**
   * `onWait` hears by how much later than its think time wants each request was due, of those that profiling saw become ready: a client that
   * keeps up with its plan is not late by more than its event loop.
   *
   * @throws ImpossibleRunError where the phases cannot be.
   */
  constructor(run: AuditedRun, { onWait }: { readonly onWait?: ((lateMs: number) => void) | undefined } = {}) {
    this.#run = run
    this.#onWait = onWait
    this.#arrivals = arrivalsOf(run.plan)
    this.#profilingMs = run.phases.find(({ phase }) => phase === 'profiling')?.startMs ?? 0
    this.#timeline = { load: run.plan.load, phases: run.phases, breaks: run.breaks, ended: run.ended?.reason }
    refuse('phases', foundBy('phases', phaseProblem(this.#timeline)))
  }

  /** @throws ImpossibleRunError where the record cannot be. */
  add(record: RequestRecord): void {
    const problem =
      foundBy('instants', instantProblem(record)) ??
      foundBy('phases', placeProblem(record, this.#timeline)) ??
      this.#orderProblem(record)
    refuse(nameOf(record), problem ?? this.#laneProblem(record))
    countRecord(this.#tally, record)
    this.#count += 1
  }

  /** To be called after the last record. @throws ImpossibleRunError where records are missing. */
  end(): void {
    const { phases, ended, breaks } = this.#run
    while (this.#attempt <= breaks.length) refuse('records', foundBy('counts', this.#nextAttempt()))
    if (!ended) return
    refuse('records', foundBy('counts', tallyProblem(this.#tally, ended.records)))
    const slots = slotsOfShard(this.#arrivals.slots, this.#run.shard)
    const unsent = unsentProblem({
      lanes: slots.map((slot) => ({ slot, lane: this.#laneOf(slot) })),
      attempt: this.#attempt,
      attemptMs: breaks.at(-1)?.atMs ?? 0,
      arrivals: this.#arrivals,
      phases,
      ended,
      latestMs: this.#latestMs,
    })
    refuse('records', foundBy('complete', unsent))
  }

  #orderProblem(record: RequestRecord): AuditProblem | undefined {
    const { attempt, doneMs, dueMs } = record
    if (attempt < this.#attempt) return foundBy('order', `it stands among the records of attempt ${this.#attempt}`)
    while (attempt > this.#attempt) {
      const problem = this.#nextAttempt()
      if (problem !== undefined) return foundBy('counts', problem)
    }
    if (doneMs < this.#lastDoneMs - slackMs) return foundBy('order', 'it was done before the record before it')
    this.#lastDoneMs = doneMs
    this.#latestMs = Math.max(this.#latestMs, (begunMs(record) ?? doneMs) - dueMs)
    return undefined
  }

  #nextAttempt(): string | undefined {
    const { records, attempt } = this.#run.breaks[this.#attempt - 1]!
    this.#attempt = attempt
    this.#tally = emptyTally()
    this.#before = this.#count
    return this.#before === records
      ? undefined
      : `${this.#before} stand before attempt ${attempt}, and there were ${records}`
  }

  #laneProblem(record: RequestRecord): AuditProblem | undefined {
    const address = parseAddress(record.id)
    if (address.lane !== record.lane || address.play !== record.play)
      return foundBy('plan', 'its lane and play are not those of its id')
    const { slots } = this.#arrivals
    if (address.lane >= slots)
      return foundBy('plan', `the plan has ${slots} ${this.#arrivals.kind === 'open' ? 'arrivals' : 'lanes'}`)
    const { shard } = this.#run
    if (!isOfShard(address.lane, shard))
      return foundBy('plan', `its lane is not one of shard ${shard!.index} of ${shard!.of}`)
    return this.#laneOf(address.lane).add(record, address)
  }

  readonly #heedDue = (record: RequestRecord, { readyMs, dueMs }: DueTurn): void => {
    if (record.phase !== 'profiling') return
    const span = this.#run.phases.findLast(
      ({ phase, startMs }) => phase === 'profiling' && startMs <= record.dueMs + slackMs,
    )
    // Think time is cut where profiling finds a lane in the middle of it.
    if (!span || readyMs <= span.startMs) return
    this.#onWait?.(record.dueMs - Math.max(dueMs, span.startMs + this.#arrivals.dueMs(record.lane)))
  }

  #laneOf(number: number): LaneAudit {
    const known = this.#lanes.get(number)
    if (known) return known
    const lane = new LaneAudit({
      arrivals: this.#arrivals,
      lane: number,
      profilingMs: this.#profilingMs,
      onDue: this.#onWait && this.#heedDue,
    })
    this.#lanes.set(number, lane)
    return lane
  }
}

function nameOf({ id, attempt }: RequestRecord): string {
  return attempt === 1 ? `request ${id}` : `request ${id} of attempt ${attempt}`
}

function refuse(what: string, found: AuditProblem | undefined): void {
  if (found) throw new ImpossibleRunError(found.check, `${what}: ${found.problem}`)
}
