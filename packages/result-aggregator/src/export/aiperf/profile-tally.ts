import type { RequestRecord } from '@reprise/replay-engine'
import { NumberList } from '../../measure/number-list.ts'
import { dispatchedMs } from '../run/dispatched.ts'
import type { ExportedRun } from '../run/exported-run.ts'
import { type ProfileError, profileErrorOf } from './profile-error.ts'
import { type ProfileTag, profileMetrics, profileUnits } from './profile-metrics.ts'

const tags = Object.keys(profileUnits) as ProfileTag[]

/** What InferenceX and AIPerf compute their figures from: numbers of the requests that they know of, in one pass over the records. */
export class ProfileTally {
  /** By tag, of requests of the profiling phase that ended well. */
  readonly values = Object.fromEntries(tags.map((tag) => [tag, new NumberList()])) as Record<ProfileTag, NumberList>
  readonly chunkGapsMs = new NumberList()
  /** When each of those ended. */
  readonly endsMs = new NumberList()
  firstSentMs = Infinity
  lastDoneMs = -Infinity
  /** Of their prompts: blocks of the plan, and those that a cache without limit would have held. */
  blocks = 0
  hitBlocks = 0
  /** Lines of the profile. */
  total = 0
  outsideProfiling = 0
  /** Lines with an error, those outside profiling included. */
  errors = 0
  /** Of the profiling phase. */
  profilingErrors = 0
  readonly errorTypes = new Map<string, number>()
  /** By what they say. */
  readonly errorDetails = new Map<string, { readonly details: ProfileError; count: number }>()
  readonly #blockSize: number

  constructor(blockSize: number) {
    this.#blockSize = blockSize
  }

  get profiled(): number {
    return this.endsMs.length
  }

  add(record: RequestRecord): void {
    const sentMs = dispatchedMs(record)
    if (sentMs === undefined) return
    this.total += 1
    const isProfiling = record.phase === 'profiling'
    if (!isProfiling) this.outsideProfiling += 1
    const error = profileErrorOf(record)
    if (error) this.#addError(error, isProfiling)
    if (error || !isProfiling) return
    this.firstSentMs = Math.min(this.firstSentMs, sentMs)
    this.lastDoneMs = Math.max(this.lastDoneMs, record.doneMs)
    this.endsMs.push(record.doneMs)
    for (const [tag, value] of Object.entries(profileMetrics(record))) this.values[tag as ProfileTag].push(value)
    for (const gapMs of record.chunkGapsMs ?? []) this.chunkGapsMs.push(gapMs)
    this.blocks += Math.floor(record.plannedInputTokens / this.#blockSize)
    this.hitBlocks += Math.floor(record.idealHitTokens / this.#blockSize)
  }

  #addError(details: ProfileError, isProfiling: boolean): void {
    this.errors += 1
    this.errorTypes.set(details.type, (this.errorTypes.get(details.type) ?? 0) + 1)
    if (!isProfiling) return
    this.profilingErrors += 1
    const key = JSON.stringify(details)
    const known = this.errorDetails.get(key) ?? { details, count: 0 }
    this.errorDetails.set(key, known)
    known.count += 1
  }
}

export async function profileTallyOf({
  records,
  blockSize,
}: Pick<ExportedRun, 'records' | 'blockSize'>): Promise<ProfileTally> {
  const tally = new ProfileTally(blockSize)
  for await (const record of records()) tally.add(record)
  return tally
}
