import type { RequestRecord } from '@reprise/replay-engine'
import type { Corpus } from '@reprise/trace'
import type { Fidelity, FidelityCheck } from '../result/fidelity.ts'
import { compareCapture } from './compare-capture.ts'
import { recordedCorpus } from './faithful-run.fixture.ts'
import type { FidelityOptions } from './judge-fidelity.ts'
import type { ReplayedRun } from './replayed-run.ts'

/** What the runs of the tests were made of, unless they say otherwise. */
export const corpus = recordedCorpus()

export function compare(
  run: ReplayedRun,
  { traces = corpus, ...options }: FidelityOptions & { traces?: Corpus } = {},
): Fidelity {
  return compareCapture({ corpus: traces, name: 'traces' }, run, options)
}

export function deviating({ checks }: Fidelity): string[] {
  return checks.filter(({ verdict }) => verdict === 'deviates').map(({ name }) => name)
}

export function check({ checks }: Fidelity, name: string): FidelityCheck {
  return checks.find((each) => each.name === name)!
}

/** The run with its records changed one by one; undefined takes one away. */
export function withRecords(
  run: ReplayedRun,
  change: (record: RequestRecord) => RequestRecord | undefined,
): ReplayedRun {
  return { ...run, records: run.records.flatMap((record) => change(record) ?? []) }
}

/** One in the middle of a session of several turns. */
export function middleOf({ records }: ReplayedRun): RequestRecord {
  return records.find(({ turn, session }) => turn === 2 && session === 'root')!
}

/** All instants of a record, by another clock. */
export function retimed(record: RequestRecord, clock: (ms: number) => number): RequestRecord {
  const changed = Object.entries(record).map(([name, value]) => [
    name,
    typeof value === 'number' && name.endsWith('Ms') ? clock(value) : value,
  ])
  return Object.fromEntries(changed) as RequestRecord
}
