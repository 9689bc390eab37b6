import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEngineConfig } from '@reprise/engine-sim'
import { startServer } from '@reprise/engine-sim/http'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { axeViolations } from './axe-violations.ts'
import { chromiumIsHere, startChromium } from './chromium.ts'
import { openFile } from './open-file.ts'
import { marksOf, reprise } from './report.fixture.ts'
import { runHere } from './run-here.ts'

const folder = mkdtempSync(join(tmpdir(), 'reprise-fidelity-'))
const traces = join(folder, 'traces.jsonl')
const run = join(folder, 'run')
const page = join(folder, 'page.html')

beforeAll(async () => {
  captured(traces, sessions)
  await reprise('simulate', '--preset', 'fixed-schedule', '--traces', traces, '--out', run, '--quiet')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const sessions = ['a', 'b', 'c'] as const

/** A request every 300 ms in each session, each prompt going on from the one before. */
function captured(path: string, names: readonly string[], turns = 4): void {
  const rows = names.flatMap((session_id, s) =>
    Array.from({ length: turns }, (_, turn) => ({
      ...{ timestamp: 100 * s + 300 * turn, session_id, output_length: 4 + turn, input_length: 512 * (turn + 1) + 40 },
      hash_ids: Array.from({ length: turn + 2 }, (_, block) => 100 * s + (block <= turn ? block : 50 + turn)),
    })),
  )
  writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
}

const read = (path: string) => JSON.parse(readFileSync(path, 'utf8'))

test('a run at recorded times says by itself what it was, in its folder, its result and its manifest', () => {
  const fidelity = read(join(run, 'fidelity.json'))
  expect(fidelity).toMatchObject({ schema: 'fidelity/1', kind: 'capture', verdict: 'faithful' })
  expect(fidelity.counts).toMatchObject({ captured: 12, planned: 12, dispatched: 12, completed: 12 })
  expect(read(join(run, 'results.json')).fidelity).toEqual({
    ...{ verdict: 'faithful', sentence: fidelity.sentence, deviating: [], notComparable: [] },
  })
  expect(Object.keys(read(join(run, 'manifest.json')).files)).toContain('fidelity.json')
})

test('what the traces have and the run lacks is named, with 4; a limit that was changed is named too', async () => {
  const more = join(folder, 'more.jsonl')
  captured(more, [...sessions, 'd'])
  const found = await runHere(['fidelity', more, run, '--quiet', '--html', page])
  expect(found.code).toBe(4)
  expect(found.stdout).toMatch(/\nsessions missing:\n {2}d \(not planned\)\n/)
  expect(found.stdout).toMatch(/\ndeviates: sessions missing(, ideal reuse)?; differing: traces \(\w+, \w+\)\n$/)

  const limits = ['--limit', 'missing-sessions=1,ideal-reuse=1', '--save', '--json', '--quiet']
  const kept = await runHere(['fidelity', more, run, ...limits])
  expect(kept.code).toBe(0)
  const { sentence } = JSON.parse(kept.stdout)
  expect(sentence).toMatch(/^faithful: .*; with changed limits missing-sessions=1, ideal-reuse=1$/)
  expect(read(join(run, 'results.json')).fidelity.sentence).toBe(sentence)
})

test('a condition that there is none of is refused before anything is read', async () => {
  const refused = await runHere(['fidelity', 'nothing', 'nowhere', '--accept', 'weather'])
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringMatching(/the conditions are traces, model, /) })
})

test('traces against traces: the same under other names, with its page; what is missing is named; a run against traces is refused', async () => {
  const [renamed, fewer] = [join(folder, 'renamed.jsonl'), join(folder, 'fewer.jsonl')]
  captured(renamed, ['x', 'y', 'z'])
  captured(fewer, ['x', 'y'])
  const html = join(folder, 'captures.html')
  const same = await runHere(['fidelity', traces, renamed, '--quiet', '--html', html])
  expect(same.code, same.stdout + same.stderr).toBe(0)
  expect(same.stdout).toMatch(/\nrequests +12 +12\nsessions +3 +3\n/)
  expect(same.stdout).toMatch(/\nfaithful: all \d+ checks that could be made are kept, 12 requests there, 12 here\n$/)
  expect(readFileSync(html, 'utf8')).toContain('Both timelines over one another')
  const missing = await runHere(['fidelity', traces, fewer, '--quiet'])
  expect([missing.code, missing.stdout]).toEqual([4, expect.stringMatching(/\nsessions missing:\n {2}c\n/)])
  const refused = await Promise.all([
    runHere(['fidelity', run, traces, '--quiet']),
    runHere(['fidelity', traces, renamed, '--save', '--quiet']),
  ])
  expect(refused.map(({ code }) => code)).toEqual([2, 2])
  expect(refused[1]!.stderr).toContain('--save')
})

/** Timing on a busy machine is no matter of this test. */
const patient = 'client-lateness=60000,clock-shift=60000,arrival-drift=60000,gaps=60000'

test('live against serve: the workload is the one that was captured, and a simulation of the plan is held against it', {
  timeout: 60_000,
}, async () => {
  const server = await startServer({ engine: parseEngineConfig('{}'), port: 0 })
  onTestFinished(() => server.close())
  const [live, simulated] = [join(folder, 'live'), join(folder, 'simulated')]
  await runHere([
    'replay',
    '--url',
    server.url,
    '--preset',
    'fixed-schedule',
    '--traces',
    traces,
    '--out',
    live,
    '--quiet',
  ])
  const found = await runHere(['fidelity', traces, live, '--limit', patient, '--quiet', '--json'])
  expect(found.code, found.stdout).toBe(0)
  expect(JSON.parse(found.stdout)).toMatchObject({
    verdict: 'faithful',
    counts: { captured: 12, planned: 12, dispatched: 12, completed: 12 },
  })

  const context = String(read(join(live, 'plan.json')).load.maxContextTokens)
  const same = [
    '--preset',
    'fixed-schedule',
    '--traces',
    traces,
    '--max-context',
    context,
    '--out',
    simulated,
    '--quiet',
  ]
  await reprise('simulate', ...same)
  const limits = ['--limit', 'ttft=1000,tpot=1000,e2e=1000']
  const beside = await runHere(['fidelity', live, simulated, ...limits, '--json'])
  expect(beside.code, beside.stdout).toBe(0)
  const { kind, checks, conditions } = JSON.parse(beside.stdout)
  expect(kind).toBe('runs')
  expect(conditions.find(({ name }: { name: string }) => name === 'plan')).toMatchObject({ state: 'same' })
  const check = (wanted: string) => checks.find(({ name }: { name: string }) => name === wanted)
  expect(check('e2e')).toMatchObject({ verdict: 'kept', differences: { n: 12 } })
  expect(check('hits')).toMatchObject({ verdict: 'kept', value: expect.closeTo(0, 2) })
  expect(check('missing-turns')).toMatchObject({ verdict: 'kept', value: 0 })
})

if (!chromiumIsHere)
  console.warn(
    'SKIPPED: the page about fidelity is not looked at, since /usr/bin/chromium is missing (apt-get install chromium)',
  )

describe.skipIf(!chromiumIsHere && !process.env.CI)('the page in the browser', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await startChromium()
  })
  afterAll(() => browser?.close())

  test('both timelines, no request, no complaint', async () => {
    const opened = await openFile(browser, page)
    expect(await marksOf(opened.page, 'chart-overlay')).toEqual({ captured: 16, replayed: 12 })
    expect(await marksOf(opened.page, 'chart-drift')).toEqual({ start: 12 })
    expect(await opened.page.locator('.lead').textContent()).toMatch(/^deviates: sessions missing/)
    expect(await opened.page.locator('#checks').textContent()).toContain('d (not planned)')
    expect(await axeViolations(opened.page)).toEqual([])
    await opened.page.focus('#chart-overlay')
    await opened.page.keyboard.press('ArrowRight')
    expect(await opened.page.locator('#chart-overlay-spoken').textContent()).toMatch(
      /^a turn 0, captured, begins 0\.0 ms/,
    )
    await opened.page.locator('#chart-overlay-legend button', { hasText: 'replayed' }).click()
    expect(await marksOf(opened.page, 'chart-overlay')).toEqual({ captured: 16 })
    expect({ requests: opened.requests, complaints: opened.complaints }).toEqual({ requests: [], complaints: [] })
  })
})
