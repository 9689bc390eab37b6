import {
  type LoadOverrides,
  type LoadSize,
  type PhaseSpan,
  type Plan,
  type PlannedRequest,
  ProgressMeter,
  planReplay,
  type RequestRecord,
  type RunEnd,
  replay,
} from '@reprise/replay-engine'
import { ContinuedClock, VirtualClock } from '@reprise/replay-engine/clock'
import type { PresetName } from '@reprise/replay-engine/presets'
import { type ScriptedReply, ScriptedTarget } from '@reprise/replay-engine/stand-ins'
import type { Corpus } from '@reprise/trace'
import type { AuditedRun } from '../audit/run-audit.ts'
import type { AttemptBreak } from '../result/attempt-break.ts'
import { countRecord, emptyTally } from '../result/record-tally.ts'

/** How an attempt is broken off: at `atMs` of its own clock. A kill loses the last `lost` records as well. */
export interface Breaking {
  readonly how: 'killed' | 'interrupted' | 'aborted'
  readonly atMs: number
  readonly lost?: number
}

export interface PlayedRun extends AuditedRun {
  readonly records: readonly RequestRecord[]
}

/** A run on virtual time as its folder holds it: broken off and resumed as told, with whatever faults the script has. */
export async function playRun({
  corpus,
  preset,
  size = { lanes: 2 },
  lanes,
  overrides = {},
  script = () => ({ firstTokenMs: 100, tokenMs: 10, chunkTokens: 1 }),
  breakings = [],
  resumesLast = true,
  stopsAfter = Infinity,
}: {
  readonly corpus: Corpus
  readonly preset?: PresetName
  /** Default: two lanes. */
  readonly size?: LoadSize
  readonly lanes?: number
  readonly overrides?: LoadOverrides
  readonly script?: (request: PlannedRequest) => ScriptedReply
  readonly breakings?: readonly Breaking[]
  /** False: the last break is how the run ends. */
  readonly resumesLast?: boolean
  /** Failed requests after which it is given up. */
  readonly stopsAfter?: number
}): Promise<PlayedRun> {
  const plan = planReplay(corpus, {
    seed: 3,
    ...(preset && { preset }),
    ...(lanes === undefined ? size : { lanes }),
    overrides,
  })
  const run: Written = { plan, records: [], phases: [], breaks: [], ended: undefined }
  const attempts = [...breakings, ...(resumesLast ? [undefined] : [])]
  for (const [i, breaking] of attempts.entries()) {
    await playAttempt(run, { corpus, script, stopsAfter, attempt: i + 1, ...(breaking && { breaking }) })
    const reason = run.ended?.reason
    if (i + 1 === attempts.length || reason === 'window' || reason === 'passes') break
    breakOff(run, i + 2)
  }
  return run
}

type Written = { -readonly [Name in keyof AuditedRun]: AuditedRun[Name] } & {
  records: RequestRecord[]
  phases: PhaseSpan[]
  breaks: AttemptBreak[]
}

interface Attempt {
  readonly corpus: Corpus
  readonly script: (request: PlannedRequest) => ScriptedReply
  readonly stopsAfter: number
  readonly attempt: number
  readonly breaking?: Breaking
}

async function playAttempt(run: Written, { corpus, script, stopsAfter, attempt, breaking }: Attempt): Promise<void> {
  const virtual = new VirtualClock()
  const atMs = run.breaks.at(-1)?.atMs
  const clock = atMs === undefined ? virtual : new ContinuedClock(virtual, atMs)
  const [interrupt, abort] = [new AbortController(), new AbortController()]
  let killed: Pick<Written, 'records' | 'phases'> | undefined
  if (breaking) {
    virtual.at(breaking.atMs, () => {
      const kept = run.records.length - (breaking.lost ?? 0)
      const own = run.records.findIndex((record) => record.attempt === attempt)
      if (breaking.how === 'killed')
        killed = {
          records: run.records.slice(0, Math.max(own < 0 ? run.records.length : own, kept)),
          phases: [...run.phases],
        }
      if (breaking.how === 'interrupted') interrupt.abort()
      else abort.abort()
    })
  }
  const resume = atMs === undefined ? {} : { resume: progressOf(run, atMs) }
  const before = run.records.length
  const { ended } = await virtual.run(() =>
    replay({
      plan: run.plan,
      corpus,
      clock,
      target: new ScriptedTarget(clock, script),
      keepChunkGaps: true,
      attempt,
      ...resume,
      interrupt: interrupt.signal,
      signal: abort.signal,
      shouldStop: ({ failed }) => (failed > stopsAfter ? { kind: 'failed-share' } : undefined),
      onRecord: (record) => run.records.push(record),
      onPhase: (span) => addSpan(run.phases, span),
    }),
  )
  run.ended = killed ? undefined : endOf(ended, run.records.slice(before))
  if (killed) Object.assign(run, killed)
}

function endOf(reason: RunEnd, records: readonly RequestRecord[]): NonNullable<AuditedRun['ended']> {
  const tally = emptyTally()
  for (const record of records) countRecord(tally, record)
  return { reason, records: tally }
}

function addSpan(phases: PhaseSpan[], span: PhaseSpan): void {
  if (span.endMs !== undefined) phases.pop()
  phases.push(span)
}

/** Marks the break, as `readStoppedRun` and `RunWriter.resume` do. */
function breakOff(run: Written, attempt: number): void {
  const instants = [
    ...run.phases.map(({ startMs, endMs = startMs }) => endMs),
    ...run.records.map(({ doneMs }) => doneMs),
  ]
  const atMs = Math.max(0, ...instants, ...run.breaks.map((one) => one.atMs))
  const after = run.ended?.reason ?? 'killed'
  run.breaks.push({ attempt, atMs, after, records: run.records.length, unreadableLines: 0 })
  run.phases = run.phases.map((span) => ({ ...span, endMs: span.endMs ?? atMs }))
  run.ended = undefined
}

function progressOf({ plan, records, phases }: Written, atMs: number) {
  const meter = new ProgressMeter(plan)
  for (const record of records) meter.add(record)
  const profiling = phases.filter(({ phase }) => phase === 'profiling')
  return meter.result({ profiledMs: profiling.reduce((sum, { startMs, endMs = atMs }) => sum + endMs - startMs, 0) })
}

export type { Plan }
