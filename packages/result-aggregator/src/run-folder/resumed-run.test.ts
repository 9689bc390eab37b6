import { appendFile, readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { renderPlan } from '@reprise/replay-engine'
import { describe, expect, test } from 'vitest'
import { writeExports } from '../export-folder/write-exports.ts'
import { readReportRuns } from '../report-file/read-report-runs.ts'
import type { AttemptBreak } from '../result/attempt-break.ts'
import {
  calmClient,
  factsOf,
  lanesLoad,
  okRecord,
  onePlan,
  runHeader,
  unansweredRecord,
} from '../testing/run.fixture.ts'
import { allOf, freshFolder, header, planText, writeFinishedRun } from '../testing/stored-run.fixture.ts'
import { buildRun } from './build-run.ts'
import { mendJournal } from './mend-journal.ts'
import { readRun } from './read-run.ts'
import { readStoppedRun } from './read-stopped-run.ts'
import { RunWriter } from './run-writer.ts'
import { saveResult } from './save-result.ts'
import { sealLine } from './sealed-line.ts'

const folder = freshFolder()
const at: AttemptBreak = { attempt: 2, atMs: 1700, after: 'killed', records: 2, unreadableLines: 1 }
const cancelled = unansweredRecord(
  { kind: 'cancelled' },
  { id: '0.0.0.1', turn: 1, dueMs: 1650, sentMs: 1650, doneMs: 1700 },
)
const again = okRecord({
  id: '0.0.0.1',
  turn: 1,
  attempt: 2,
  dueMs: 2000,
  sentMs: 2010,
  firstTokenMs: 2110,
  firstAnswerMs: 2110,
  lastTokenMs: 2610,
  doneMs: 2620,
})

/** An attempt that was killed while a line was written, and one that went on to the end of the window. */
async function writeResumedRun(): Promise<void> {
  const first = await RunWriter.open({ folder: folder(), header, planText })
  first.phase({ phase: 'profiling', startMs: 500 })
  first.record(okRecord())
  first.record(cancelled)
  await first.close({ reason: 'aborted', clientHealth: { maxRssMiB: 300, cpuShare: 0.2 } })
  await appendFile(join(folder(), 'records.jsonl'), '{"id":"0.0.0.3","la')
  await writeFile(join(folder(), 'run.json'), JSON.stringify(header))
  await saveResult(folder(), await buildRun(folder()))
  await writeFile(join(folder(), 'report.html'), 'of the first attempt alone')
  const second = await RunWriter.resume({ folder: folder(), header, at })
  const left = await readdir(folder())
  expect(['results.json', 'manifest.json', 'report.html'].filter((name) => left.includes(name))).toEqual([
    'results.json',
  ])
  second.phase({ phase: 'profiling', startMs: 2000 })
  second.record(again)
  second.phase({ phase: 'profiling', startMs: 2000, endMs: 2800 })
  await second.close({
    reason: 'window',
    clientHealth: { eventLoopDelayMs: { p50: 0.2, p99: 3 }, maxRssMiB: 120, cpuShare: 0.4 },
  })
}

describe('a run that was resumed', () => {
  test('is one journal: the torn line is gone, the break is marked, the phase it cut ends there', async () => {
    await writeResumedRun()
    const { phases, breaks, records } = await readRun(folder())
    expect(phases).toEqual([
      { phase: 'profiling', startMs: 500, endMs: 1700 },
      { phase: 'profiling', startMs: 2000, endMs: 2800 },
    ])
    expect(breaks).toEqual([at])
    expect((await allOf(records())).map(({ id, attempt }) => `${id}@${attempt}`)).toEqual([
      '0.0.0.0@1',
      '0.0.0.1@1',
      '0.0.0.1@2',
    ])
  })

  test('is in its report as it is in its result: no turn twice, and no page of what it was before', async () => {
    await writeResumedRun()
    expect(await readdir(folder())).not.toContain('report.html')
    const { counts } = await buildRun(folder())
    const [run] = await readReportRuns([{ folder: folder() }])
    expect(run!.requests).toHaveLength(counts.requests)
  })

  test('that is killed has the result of the attempts before still, and its report is of all attempts', async () => {
    await writeFinishedRun(folder())
    const before = JSON.stringify(await buildRun(folder()))
    await saveResult(folder(), await buildRun(folder()))
    const second = await RunWriter.resume({ folder: folder(), header, at: { ...at, records: 4, atMs: 2500 } })
    second.phase({ phase: 'profiling', startMs: 2600 })
    await second.abandon()
    expect(JSON.stringify(JSON.parse(await readFile(join(folder(), 'results.json'), 'utf8')))).toBe(before)
    const [run] = await readReportRuns([{ folder: folder() }])
    expect(run).toMatchObject({ result: { completeness: { ended: 'killed', resumed: { attempts: 2 } } } })
  })

  test('is exported as it is in its result: no turn twice, by none of the attempts that were cut', async () => {
    await writeResumedRun()
    const out = join(folder(), '..', 'out')
    await writeExports([folder()], { as: 'csv', out })
    const [head, ...lines] = (await readFile(join(out, 'one', 'requests.csv'), 'utf8')).trimEnd().split('\r\n')
    const attempt = head!.split(',').indexOf('attempt')
    expect(lines.map((line) => [line.split(',')[0], line.split(',')[attempt]])).toEqual([
      ['0.0.0.0', '1'],
      ['0.0.0.1', '2'],
    ])
  })

  test('counts a turn once, adds up its windows, and says that it was resumed, and where', async () => {
    await writeResumedRun()
    const result = await buildRun(folder())
    expect(result.counts).toMatchObject({ requests: 2, ok: 2, cancelled: 0 })
    expect(result.throughput).toMatchObject({ windowMs: 1200 + 800, output: 22 / 2 })
    expect(result.completeness).toEqual({
      ended: 'window',
      unreadableLines: 1,
      resumed: { attempts: 2, breaks: [{ attempt: 2, atMs: 1700, after: 'killed' }], cutRequests: 1 },
    })
    expect(result.validity.reasons).toContainEqual(
      expect.stringMatching(
        /^resumed: the run broke off at 1\.7 s \(killed\) .* 1 request was cut short and sent again/,
      ),
    )
    expect(result.validity.reasons[0]).toMatch(/^partial: .*1 torn line was left out/)
    expect(result.clientHealth).toMatchObject({ maxRssMiB: 120, cpuShare: 0.4 })
  })

  test('keeps the worst of the known health of its attempts', async () => {
    await writeFinishedRun(folder())
    const clientHealth = { eventLoopDelayMs: { p99: 9 }, maxRssMiB: 50 }
    const writer = await RunWriter.resume({
      folder: folder(),
      header,
      at: { ...at, records: 4, atMs: 2500, clientHealth },
    })
    await writer.close({ reason: 'window', clientHealth: { eventLoopDelayMs: { p50: 1, p99: 2 }, cpuShare: 0.1 } })
    expect((await buildRun(folder())).clientHealth).toMatchObject({
      eventLoopDelayMs: { p50: 1, p99: 9 },
      cpuShare: 0.1,
      maxRssMiB: 50,
    })
  })
})

describe('going on with a run', () => {
  const plan = onePlan(lanesLoad({ lanes: 2 }))
  const planned = runHeader(plan.load, { plan: factsOf(plan) })

  async function start(): Promise<RunWriter> {
    const writer = await RunWriter.open({ folder: folder(), header: planned, planText: renderPlan(plan) })
    writer.phase({ phase: 'profiling', startMs: 900 })
    writer.record(okRecord())
    return writer
  }

  test('tells where it goes on and how far it had come', async () => {
    const writer = await start()
    writer.record(cancelled)
    writer.phase({ phase: 'profiling', startMs: 900, endMs: 1700 })
    await writer.close({ reason: 'interrupted', clientHealth: { maxRssMiB: 7 } })
    const stopped = await readStoppedRun(folder())
    expect(stopped.at).toEqual({
      attempt: 2,
      atMs: 1700,
      after: 'interrupted',
      clientHealth: { maxRssMiB: 7 },
      records: 2,
      unreadableLines: 0,
    })
    expect(stopped.plan).toEqual(plan)
    expect(stopped.header).toEqual(planned)
    expect(stopped.progress).toEqual({
      profiledMs: 800,
      latestPlays: [
        { lane: 0, play: 0, turns: [{ sessionIndex: 0, turn: 0, sentMs: 1000, endedMs: 1610, truncated: false }] },
        undefined,
      ],
      earlierPlays: [],
    })
  })

  test('one that ended is refused, and so is one whose plan is another', async () => {
    const writer = await start()
    await writeFile(join(folder(), 'plan.json'), renderPlan({ ...plan, seed: 2 }))
    await expect(readStoppedRun(folder())).rejects.toThrow(/plan\.json: it is not the plan that this run began with/)
    await writer.close({ reason: 'window', clientHealth: calmClient })
    await expect(readStoppedRun(folder())).rejects.toThrow(/reached its end: there is nothing to resume/)
  })
})

describe('the end of a journal', () => {
  const line = (name: string, length = 10) => sealLine(JSON.stringify({ name, text: 'x'.repeat(length) }))

  test.each([
    ['whole', `${line('a')}\n${line('b')}\n`, `${line('a')}\n${line('b')}\n`, 0],
    ['without its line end', `${line('a')}\n${line('b')}`, `${line('a')}\n${line('b')}\n`, 0],
    ['torn', `${line('a')}\n${line('b').slice(0, -4)}`, `${line('a')}\n`, 1],
    ['torn in a first long line', line('b', 200_000).slice(0, -4), '', 1],
    ['torn after a long line', `${line('a', 200_000)}\n{"na`, `${line('a', 200_000)}\n`, 1],
    ['of zeros that were never written', `${line('a')}\n${'\u0000'.repeat(3000)}`, `${line('a')}\n`, 1],
    ['empty', '', '', 0],
  ])('%s', async (_, before, after, cut) => {
    await RunWriter.open({ folder: folder(), header, planText })
    const path = join(folder(), 'records.jsonl')
    await truncate(path, 0)
    await writeFile(path, before)
    expect(await mendJournal(path)).toBe(cut)
    expect(await readFile(path, 'utf8')).toBe(after)
  })
})
