import type { RequestRecord } from '@reprise/replay-engine'
import { buildResult } from '../measure/build-result.ts'
import type { RunHeader } from '../result/run-header.ts'
import { okRecord, runHeader } from './run.fixture.ts'

export const windowMs = 1_800_000
export const phases = [{ phase: 'profiling', startMs: 0, endMs: windowMs }] as const

/** 200 good requests of 16 lanes, spread over the window; `changes` by number. */
export function run(changes: (i: number) => Partial<RequestRecord> = () => ({}), count = 200): RequestRecord[] {
  return Array.from({ length: count }, (_, i) => {
    const sentMs = ((i + 0.9) / count) * windowMs
    const instants = {
      dueMs: sentMs,
      sentMs,
      firstTokenMs: sentMs + 100,
      lastTokenMs: sentMs + 600,
      doneMs: sentMs + 610,
    }
    return okRecord({ id: `${i % 16}.0.0.${i}`, lane: i % 16, ...instants, ...changes(i) })
  })
}

export function judged(records: RequestRecord[], header: RunHeader = runHeader()) {
  const result = buildResult({ header, records, phases, ended: 'window' })
  return { ...result.validity, result }
}

/** 200 requests, the first `count` of them changed so. */
export function some(count: number, change: (record: RequestRecord) => RequestRecord): RequestRecord[] {
  return run().map((record, i) => (i < count ? change(record) : record))
}
