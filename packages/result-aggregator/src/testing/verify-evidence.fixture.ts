import { RunMeasure } from '../measure/run-measure.ts'
import type { Power } from '../result/power.ts'
import type { Result } from '../result/result.ts'
import type { RunFile } from '../result/run-header.ts'
import type { ServerSide } from '../result/server-side.ts'
import type { CheckName } from '../result/verification.ts'
import { RecordWitness } from '../verify/evidence/record-witness.ts'
import type { VerifyEvidence } from '../verify/evidence/verify-evidence.ts'
import { physicsChecks } from '../verify/physics-checks.ts'
import { calmClient, lanesLoad, okRecord, runHeader } from './run.fixture.ts'

/** 120 requests, 100 ms to the first token and 500 ms from there, one after the other for 120 s. */
export const records = Array.from({ length: 120 }, (_, i) => {
  const sentMs = 1_000 * i + 100
  const at = (ms: number) => sentMs + ms + i / 100
  return okRecord({
    id: `0.0.0.${i}`,
    turn: i,
    dueMs: sentMs,
    sentMs,
    firstTokenMs: at(100),
    firstAnswerMs: at(100),
    lastTokenMs: at(600),
    doneMs: at(600),
    payloadBytes: 44,
  })
})
export const load = lanesLoad({ lanes: 1, until: { kind: 'window', durationMs: 120_000 } })
const phases = [{ phase: 'profiling' as const, startMs: 0, endMs: 120_000 }]

export interface Changes {
  readonly run?: Partial<RunFile>
  readonly built?: (result: Result) => Partial<Result>
  readonly saved?: (result: Result) => Partial<Result>
  readonly records?: typeof records
  readonly waitsMs?: readonly number[]
}

function evidence({ run, built, saved, records: told = records, waitsMs = mostly(0.1) }: Changes): VerifyEvidence {
  const header: RunFile = {
    ...runHeader(load, { identity: { model: 'deepseek-ai/DeepSeek-R1-0528', hardware: 'b200', gpus: 8 } }),
    ended: { reason: 'window', clientHealth: calmClient, records: {} as never },
    ...run,
  }
  const measure = new RunMeasure({ header, phases })
  const witness = new RecordWitness({ load, phases })
  for (const record of told) {
    measure.add(record)
    witness.add(record)
  }
  for (const ms of waitsMs) witness.onWait(ms)
  const result = measure.result({ ended: 'window', health: calmClient })
  const all = { ...result, ...built?.(result) }
  return { run: header, built: all, seen: witness.seen(), ...(saved && { saved: { ...all, ...saved(all) } }) }
}

export const finding = (name: CheckName, changes: Changes = {}) => physicsChecks[name]!(evidence(changes))
export const withPower = (power: Partial<Power>): Changes => ({
  built: () => ({ power: { meter: 'nvidia-smi', devices: 8, samples: 900, ...power } }),
})
export const page: ServerSide['sources'][number] = {
  url: 'http://h/metrics',
  found: 'endpoint',
  engine: 'vllm',
  samples: 9,
  series: 5,
}
export const withServer = (server: Partial<ServerSide>): Changes => ({
  built: () => ({ server: { sources: [page], intervalMs: 1_000, windowMs: 120_000, coveredShare: 1, ...server } }),
})
export const level = (mean: number) => ({ mean, p90: mean, max: mean })
export const sides = (clientMs: number, serverMs: number) => ({
  ...{ clientMs, serverMs, clientN: 120, serverN: 120 },
  outsideMs: clientMs - serverMs,
})

/** Twenty waits of which all but one are so long. */
export function mostly(ms: number): number[] {
  return [...new Array<number>(19).fill(ms), 900]
}

/** The same reply to another request, a while later. */
export function shifted(record: (typeof records)[number], byMs: number): (typeof records)[number] {
  const { id, sentMs = 0, firstTokenMs = 0, lastTokenMs = 0, doneMs } = record
  return {
    ...{ ...record, id: `1${id.slice(1)}`, sentMs: sentMs + byMs, doneMs: doneMs + byMs },
    ...{ firstTokenMs: firstTokenMs + byMs, lastTokenMs: lastTokenMs + byMs },
  }
}

/** With another median pace, ms a token. */
export function paced(p50: number): Changes {
  return { built: ({ metrics }) => ({ metrics: { ...metrics, tpot: { ...metrics.tpot!, p50 } } }) }
}
