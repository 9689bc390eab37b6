import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RequestRecord } from '@reprise/replay-engine'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { countRecord, emptyTally } from '../result/record-tally.ts'
import type { Result } from '../result/result.ts'
import { readManifest } from '../run-folder/manifest.ts'
import { sealLine, unsealLine } from '../run-folder/sealed-line.ts'
import { leaveDone } from '../testing/job-run.fixture.ts'
import { sweepJob, sweepPlan } from '../testing/sweep.fixture.ts'
import { collectSweep } from './collect-sweep.ts'

const job = sweepJob()
let parent = ''
let run = ''
beforeEach(async () => {
  parent = mkdtempSync(join(tmpdir(), 'reprise-forged-'))
  run = join(parent, `job-${job.id}`, 'run')
  await leaveDone(parent, job)
})
afterEach(() => rmSync(parent, { recursive: true, force: true }))

const read = (name: string) => readFileSync(join(run, name), 'utf8')
const write = (name: string, text: string) => writeFileSync(join(run, name), text)

type Writable<T> = { -readonly [Name in keyof T]: T[Name] extends object ? Writable<T[Name]> : T[Name] }

function changeResult(change: (result: Writable<Result>) => void): void {
  const result = JSON.parse(read('results.json')) as Writable<Result>
  change(result)
  write('results.json', JSON.stringify(result))
}

/** With right checksums, and with the counts in run.json made to fit. */
function changeRecords(change: (records: RequestRecord[]) => RequestRecord[]): void {
  const records = change(linesOf('records.jsonl') as RequestRecord[])
  write('records.jsonl', records.map((record) => `${sealLine(JSON.stringify(record))}\n`).join(''))
  const tally = emptyTally()
  for (const record of records) countRecord(tally, record)
  const header = JSON.parse(read('run.json'))
  write('run.json', JSON.stringify({ ...header, ended: { ...header.ended, records: tally } }))
}

function linesOf(name: string): unknown[] {
  return read(name)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(unsealLine(line)!))
}

function changeTarget(changes: object): void {
  const header = JSON.parse(read('run.json'))
  write('run.json', JSON.stringify({ ...header, target: { ...header.target, ...changes } }))
}

const e2eMs = ({ sentMs = 0, doneMs }: RequestRecord) => doneMs - sentMs
const good = (change: (record: RequestRecord) => Partial<RequestRecord>) => () =>
  changeRecords((records) => records.map((record, i) => (i === 5 ? { ...record, ...change(record) } : record)))

const forgeries: [what: string, forge: () => void, byRecords: RegExp][] = [
  [
    'an edited p90',
    () =>
      changeResult(({ metrics }) => {
        metrics.ttft!.p90 = 1
      }),
    /metrics\.ttft\.p90 is 1, and not 100/,
  ],
  [
    'a hundred times the throughput',
    () =>
      changeResult(({ throughput }) => {
        throughput!.output *= 100
      }),
    /throughput\.output is/,
  ],
  [
    'a verdict of its own',
    () =>
      changeResult(({ validity }) => {
        validity.verdict = 'valid'
      }),
    /validity\.verdict is "valid", and not "indicative"/,
  ],
  [
    'no reasons',
    () =>
      changeResult(({ validity }) => {
        validity.reasons = []
      }),
    /validity\.reasons\.0 is absent/,
  ],
  [
    'limits of its own',
    () =>
      changeResult(({ validity }) => {
        validity.limits.failedShare = 1
      }),
    /validity\.limits\.failedShare is 1, and not 0\.1/,
  ],
  ['records twice', () => changeRecords((records) => [...records, ...records]), /it cannot be what a run wrote/],
  [
    'the slow half deleted',
    () => changeRecords((records) => records.toSorted((a, b) => e2eMs(a) - e2eMs(b)).slice(0, 10)),
    /was due before the run ended, and has none/,
  ],
  [
    'a first token before sending',
    good(({ sentMs }) => ({ firstTokenMs: sentMs! - 50, firstAnswerMs: sentMs! - 50 })),
    /before it was sent/,
  ],
  ['negative times', good(() => ({ dueMs: -1e6 })), /before the run began/],
  ['an end after the run', good(() => ({ doneMs: 1e9 })), /after its attempt had ended/],
  ['a billion tokens', good(() => ({ outputTokens: 1e9 })), /more than any server can have seen/],
  ['records of one letter', () => write('records.jsonl', 'x'), /0 of the phase profiling are ok, and the run wrote 20/],
  ['no records', () => write('records.jsonl', ''), /0 of the phase profiling are ok, and the run wrote 20/],
  [
    'records of another run',
    () => changeRecords((records) => records.map((record) => ({ ...record, trace: 'trace_b' }))),
    /not those of its id in the plan/,
  ],
  [
    'an edited plan',
    () => write('plan.json', read('plan.json').replaceAll('"outputTokens":11', '"outputTokens":12')),
    /not the plan that this run began with/,
  ],
  [
    'a shorter window',
    () =>
      write(
        'phases.jsonl',
        (linesOf('phases.jsonl') as { endMs?: number }[])
          .map((span) => `${sealLine(JSON.stringify({ ...span, ...(span.endMs && { endMs: span.endMs / 2 }) }))}\n`)
          .join(''),
      ),
    /profiling lasted 750 ms/,
  ],
  [
    'another header',
    () => write('run.json', read('run.json').replace('"seed": 42', '"seed": 43')),
    /not the plan that this run began with/,
  ],
  [
    'a model that is said to be none',
    () => changeTarget({ engine: { name: 'reprise-sim', signs: [] } }),
    /said to be no model/,
  ],
  ['a model in process that is said to be none', () => changeTarget({ kind: 'in-process' }), /said to be no model/],
  ['virtual time over HTTP', () => changeTarget({ clock: 'virtual' }), /its time is virtual/],
  [
    'a client of which nothing is told',
    () => {
      const { ended, ...header } = JSON.parse(read('run.json'))
      write('run.json', JSON.stringify({ ...header, ended: { ...ended, clientHealth: {} } }))
    },
    /does not say how late its client was/,
  ],
  ['a header of two letters', () => write('run.json', '{}'), /not the header of a run/],
]

describe('a forged run is no done job', () => {
  test('and an honest one is', async () => {
    const { rows } = await collectSweep(sweepPlan(job), parent)
    expect(rows[0]!.status.failure).toBeUndefined()
    expect(rows[0]!.results[0]!.counts.ok).toBe(20)
  })

  test.each(forgeries)('%s, known by the manifest', async (_, forge) => {
    forge()
    const { rows } = await collectSweep(sweepPlan(job), parent)
    expect(rows[0]!.status.failure).toMatchObject({
      class: 'unreadable',
      message: expect.stringMatching(/^run: files: the folder is not as its manifest says: .* was changed/),
    })
    expect(rows[0]!.results).toEqual([])
  })

  test.each(forgeries)('%s, with a manifest that fits', async (_, forge, message) => {
    forge()
    write('manifest.json', JSON.stringify(await readManifest(run)))
    const { rows } = await collectSweep(sweepPlan(job), parent)
    expect(rows[0]!.status.failure).toMatchObject({ class: 'unreadable', message: expect.stringMatching(message) })
    expect(rows[0]!.results).toEqual([])
  })

  test.each<[string, () => void, RegExp]>([
    ['a file more', () => write('notes.txt', 'x'), /notes\.txt is not in it/],
    ['a file less', () => rmSync(join(run, 'command.txt')), /command\.txt is gone/],
    ['no manifest', () => rmSync(join(run, 'manifest.json')), /manifest\.json is missing, beside a result/],
    ['a manifest that is none', () => write('manifest.json', '[]'), /manifest\.json is no manifest/],
  ])('%s', async (_, forge, message) => {
    forge()
    const { rows } = await collectSweep(sweepPlan(job), parent)
    expect(rows[0]!.status.failure).toMatchObject({ class: 'unreadable', message: expect.stringMatching(message) })
  })
})
