import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { CheckName } from '../result/verification.ts'
import { inTheResult, inTheRun } from '../testing/forgeries.fixture.ts'
import { playRun } from '../testing/played-run.fixture.ts'
import { Forger, playMinute, unlikeReplies, writePlayed, writtenCorpus } from '../testing/written-run.fixture.ts'
import { buildRun } from './build-run.ts'
import { saveResult } from './save-result.ts'
import { validatePath } from './validate-path.ts'
import { verifyRun } from './verify-run.ts'

const nowMs = Date.parse('2026-11-28T12:00:00Z')
let parent = ''
let folder = ''
let forger = new Forger('')
beforeAll(async () => {
  parent = mkdtempSync(join(tmpdir(), 'reprise-verify-'))
  await writePlayed(join(parent, 'honest'), await playMinute())
})
afterAll(() => rmSync(parent, { recursive: true, force: true }))
beforeEach(() => {
  folder = mkdtempSync(join(parent, 'run-'))
  forger = new Forger(folder)
  cpSync(join(parent, 'honest'), folder, { recursive: true })
})

const verify = (corpus = writtenCorpus) => verifyRun(folder, { nowMs, corpus: async () => corpus })
const failed = async () =>
  (await verify()).checks.filter(({ outcome }) => outcome === 'fail').map(({ name, says }) => `${name}: ${says}`)

test('an honest run passes everything that it can be asked', async () => {
  const { checks } = await verify()
  const names = (wanted: string) => checks.filter(({ outcome }) => outcome === wanted).map(({ name }) => name)
  expect(names('fail')).toEqual([])
  // It has no text, no meter and no metrics.
  expect(names('not-checked')).toEqual(['reply-sizes', 'energy', 'server-load', 'server-tokens', 'server-latency'])
  expect(checks.find(({ name }) => name === 'think-times')?.says).toMatch(/^\d{3,} requests were due when/)
})

test('what was told of a run afterwards is told once more, and said', async () => {
  await saveResult(folder, await buildRun(folder, { told: { label: 'the new ones' } }))
  expect(await failed()).toEqual([])
  const { checks } = await verify()
  expect(checks.find(({ name }) => name === 'provenance')?.says).toMatch(/was told label afterwards$/)
  expect(await validatePath(folder)).toMatchObject({ verdict: 'indicative', by: 'records' })
})

describe('an honest run of any kind passes', () => {
  const window = { kind: 'window' as const, durationMs: 20_000 }
  test.each<[string, Omit<Parameters<typeof playRun>[0], 'corpus'>]>([
    ['passes', { lanes: 3, overrides: { until: { kind: 'passes', passes: 2 }, timeScale: 0.01 } }],
    [
      'a warm-up, late lanes and a drain that cuts',
      {
        lanes: 5,
        overrides: { until: window, warmup: { kind: 'full-prefill' }, staggerMs: 700, drainMs: 0, timeScale: 0.02 },
      },
    ],
    [
      'AgentX v1',
      { preset: 'agentx-v1', lanes: 3, overrides: { until: window, timeScale: 0.1, systemIdleCapMs: 500 } },
    ],
    ['a recorded schedule', { preset: 'fixed-schedule', size: {}, overrides: { timeScale: 0.1 } }],
    [
      'sessions at a rate',
      { preset: 'rate', size: { sessionsPerS: 0.5 }, overrides: { until: window, timeScale: 0.1 } },
    ],
    [
      'interrupted',
      {
        lanes: 3,
        overrides: { until: window, timeScale: 0.01 },
        breakings: [{ how: 'interrupted', atMs: 9_000 }],
        resumesLast: false,
      },
    ],
    ['given up', { lanes: 3, overrides: { until: window, timeScale: 0.01 }, breakings: [], stopsAfter: 2 }],
  ])('%s', async (_, options) => {
    const run = await playRun({ corpus: writtenCorpus, script: unlikeReplies(), ...options })
    rmSync(folder, { recursive: true })
    await writePlayed(folder, run)
    expect(await failed()).toEqual([])
  })
})

describe('a forgery is caught, by name', () => {
  const caught = async (name: CheckName, says: RegExp) => {
    const found = await failed()
    expect(found.map((each) => each.split(': ')[0])).toContain(name)
    expect(found.find((each) => each.startsWith(`${name}: `))?.slice(name.length + 2)).toMatch(says)
  }

  test.each(inTheResult)('%s, the manifest made to fit', async (_, forge, name, says) => {
    forge(forger)
    await forger.cover({ rebuild: false })
    await caught(name, says)
  })

  test.each(inTheRun)('%s, result and manifest made to fit', async (_, forge, name, says) => {
    forge(forger)
    await forger.cover()
    await caught(name, says)
  })

  test('any of them by the manifest, where that was left as it was', async () => {
    forger.write('results.json', forger.read('results.json').replace(/"p90": [\d.]+/, '"p90": 1'))
    expect(await failed()).toEqual([
      expect.stringMatching(/^files: the folder is not as its manifest says: results\.json was changed$/),
      expect.stringMatching(/^figures: /),
    ])
  })

  test('a pace that nothing has, of a run that was really made so quick', async () => {
    await writePlayed(folder, await playMinute(0.01))
    expect(await failed()).toEqual([expect.stringMatching(/^stream-speed: .* nobody has shown a fifth of 5000/)])
  })

  test.each([
    ['../../etc/passwd', /\.\.\/\.\.\/etc\/passwd is no name of a file/],
    ['/etc/passwd', /\/etc\/passwd is no name of a file/],
    ['..\\evil', /is no name of a file/],
    ['C:evil', /is no name of a file/],
  ])('a manifest that lists %s', async (name, says) => {
    const manifest = JSON.parse(forger.read('manifest.json'))
    manifest.files[name] = { bytes: 1, sha256: '0'.repeat(64) }
    forger.write('manifest.json', JSON.stringify(manifest))
    await caught('files', says)
  })
})

describe('what cannot be read is said, and never thrown', () => {
  test.each([
    ['run.json', '['.repeat(100_000), 'readable', /nested deeper than 32 levels/],
    ['run.json', '{"schema": "run/1", "schema": "run/1"}', 'readable', /a key stands in it twice: schema/],
    ['results.json', '{"metrics": 1e999}', 'figures', /a number in it is infinite/],
    ['records.jsonl', 'x\nx\n', 'readable', /line 1 does not match its checksum/],
    ['plan.json', '{}', 'plan', /plan/],
  ] as const)('%s as %.20s', async (name, text, check, says) => {
    writeFileSync(join(folder, name), text)
    const { checks } = await verify()
    expect(checks.find((each) => each.name === check)).toMatchObject({
      outcome: 'fail',
      says: expect.stringMatching(says),
    })
    expect(checks.find((each) => each.name === 'littles-law')?.outcome).toBe(
      name === 'results.json' ? 'pass' : 'not-checked',
    )
  })

  test('a folder without a run', async () => {
    const { checks } = await verifyRun(join(folder, 'none'), { nowMs })
    expect(checks.filter(({ outcome }) => outcome === 'pass')).toEqual([])
    expect(checks.find(({ name }) => name === 'readable')?.outcome).toBe('fail')
  })
})
