import type { PhaseSpan, RequestRecord } from '@reprise/replay-engine'
import { buildResult } from '../measure/build-result.ts'
import type { RunHeader } from '../result/run-header.ts'
import {
  calmClient,
  factsOf,
  lanesLoad,
  okRecord,
  onePlan,
  runHeader,
  unansweredRecord,
} from '../testing/run.fixture.ts'
import type { PairedRun } from './compared-run.ts'

export const LANES = 8
export const TURNS = 60

/** A turn of a lane: when it is sent, and how fast it is answered. */
export interface TurnScript {
  readonly ttftMs?: number
  readonly tpotMs?: number
  readonly cachedTokens?: number
  /** Default: answered. */
  readonly end?: 'failed' | 'cancelled' | 'unsent'
}

const load = lanesLoad({ lanes: LANES, thinkCapMs: 60_000 })
export const plan = onePlan(load, { turns: TURNS, beside: true })

/**
 * Half an hour of eight lanes with a play each, whose sixty turns are half a minute apart. By default the first token of lane n comes after 100 + 10 n ms, and ten more
 * every 50 ms.
 */
export function comparedRun(
  script: (lane: number, turn: number) => TurnScript = () => ({}),
  { name = 'runs/one', seed = 42, ...changes }: Partial<RunHeader> & { name?: string; seed?: number } = {},
): PairedRun {
  const facts = { ...factsOf(plan), seed, digest: `plan of seed ${seed}` }
  const run = runHeader(load, { plan: facts, ...changes })
  const records = Array.from({ length: LANES * TURNS }, (_, i) => [i % LANES, Math.floor(i / LANES)] as const).flatMap(
    ([lane, turn]) => recordOf(lane, turn, script(lane, turn)) ?? [],
  )
  const phases: PhaseSpan[] = [{ phase: 'profiling', startMs: 0, endMs: 1_800_000 }]
  const result = buildResult({ header: run, records, phases, ended: 'window', health: calmClient })
  return {
    name,
    result,
    replayed: { name, run: { ...run, ended: { reason: 'window' } }, plan, phases, records } as never,
  }
}

function recordOf(
  lane: number,
  turn: number,
  { ttftMs = 100 + 10 * lane, tpotMs = 50, cachedTokens = 640, end }: TurnScript,
): RequestRecord | undefined {
  const sentMs = turn * 30_000 + lane * 100
  const place = { id: `${lane}.0.0.${turn}`, lane, turn, dueMs: sentMs, sentMs }
  if (end === 'unsent') return undefined
  if (end === 'failed')
    return unansweredRecord(
      { kind: 'failed', class: 'server-error', status: 500, message: 'no' },
      { ...place, doneMs: sentMs + 10 },
    )
  if (end === 'cancelled') return unansweredRecord({ kind: 'cancelled' }, { ...place, doneMs: sentMs + 10 })
  const firstTokenMs = sentMs + ttftMs
  const lastTokenMs = firstTokenMs + 10 * tpotMs
  return okRecord({
    ...place,
    firstTokenMs,
    firstAnswerMs: firstTokenMs,
    lastTokenMs,
    doneMs: lastTokenMs,
    cachedTokens,
  })
}

/** Between -1 and 1 as if drawn, the same for the same turn; another for each kind. */
export function wobble(lane: number, turn: number, kind = 1): number {
  const mixed = Math.sin(kind * 12.9898 + lane * 78.233 + turn * 37.719) * 43758.5453
  return 2 * (mixed - Math.floor(mixed)) - 1
}
