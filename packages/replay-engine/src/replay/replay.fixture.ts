import type { Corpus } from '@reprise/trace'
import { VirtualClock } from '../clock/virtual-clock.ts'
import type { Plan } from '../plan/plan.ts'
import type { LoadOverrides } from '../plan/plan-load.ts'
import { planReplay } from '../plan/plan-replay.ts'
import { defaultPreset, type PresetName, presets } from '../plan/presets.ts'
import type { PlannedRequest } from '../port/target.ts'
import type { RequestRecord } from '../record/request-record.ts'
import { type ScriptedReply, ScriptedTarget } from '../stand-ins/scripted-target.ts'
import { replay } from './replay.ts'
import type { ReplayOptions, ReplaySummary } from './replay-options.ts'

export interface Rehearsal {
  readonly corpus: Corpus
  /** Default 1, where the load has lanes. */
  readonly lanes?: number
  readonly sessionsPerS?: number
  readonly seed?: number
  readonly preset?: PresetName
  /** On top of: no start offset, no residual think time, no stagger, one pass; nothing where the load has no lanes. */
  readonly overrides?: LoadOverrides
  /** Default: every reply takes 100 ms. */
  readonly script?: (request: PlannedRequest) => ScriptedReply
  readonly options?: Partial<ReplayOptions>
  /** Is called inside virtual time, before the replay begins. */
  readonly before?: (clock: VirtualClock) => void
}

export interface Rehearsed {
  readonly records: readonly RequestRecord[]
  readonly requests: readonly PlannedRequest[]
  readonly summary: ReplaySummary
  readonly clock: VirtualClock
  readonly plan: Plan
}

/** A replay on virtual time against a scripted target. */
export async function rehearse(rehearsal: Rehearsal): Promise<Rehearsed> {
  const { corpus, seed = 1, script = () => ({ firstTokenMs: 100 }), options, before } = rehearsal
  const plan = planReplay(corpus, { seed, ...loadOf(rehearsal) })
  const clock = new VirtualClock()
  const target = new ScriptedTarget(clock, script)
  const records: RequestRecord[] = []
  const requests: PlannedRequest[] = []
  const summary = await clock.run(() => {
    before?.(clock)
    return replay({
      plan,
      corpus,
      clock,
      target: {
        send: (request, observer, signal) => {
          requests.push(request)
          return target.send(request, observer, signal)
        },
      },
      onRecord: (record) => records.push(record),
      ...options,
    })
  })
  return { records, requests, summary, clock, plan }
}

/** One line for each record, in the order in which the requests were due: `due-done id` and whatever is not ordinary. */
export function schedule(records: readonly RequestRecord[]): string[] {
  return records.toSorted(byDue).map(line)
}

function loadOf({ preset = defaultPreset, lanes = 1, sessionsPerS, overrides = {} }: Rehearsal) {
  if (presets[preset].load.kind === 'lanes') return { preset, lanes, overrides: { ...calm, ...overrides } }
  return { preset, overrides, ...(sessionsPerS !== undefined && { sessionsPerS }) }
}

const calm: LoadOverrides = {
  start: { min: 0, max: 0 },
  residualThink: false,
  staggerMs: 0,
  until: { kind: 'passes', passes: 1 },
}

function byDue(a: RequestRecord, b: RequestRecord): number {
  return a.dueMs - b.dueMs || a.lane - b.lane || a.id.localeCompare(b.id)
}

function line(record: RequestRecord): string {
  const late = record.sentMs !== undefined && record.sentMs !== record.dueMs ? ` sent ${record.sentMs}` : ''
  const phase = record.phase === 'profiling' ? '' : ` ${record.phase}`
  const outcome = record.outcome.kind === 'ok' ? '' : ` ${record.outcome.kind}`
  return `${record.dueMs}-${record.doneMs} ${record.session}/${record.turn}${late}${phase}${outcome}`
}
