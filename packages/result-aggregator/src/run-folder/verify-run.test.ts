import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RequestRecord } from '@reprise/replay-engine'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { CheckName } from '../result/verification.ts'
import { Forger, playMinute, writePlayed, writtenCorpus } from '../testing/written-run.fixture.ts'
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

const isGood = ({ outcome, phase }: RequestRecord) => outcome.kind === 'ok' && phase === 'profiling'
/** All that came of a reply, nearer to its sending. */
const nearer = (record: RequestRecord, share: number): RequestRecord => {
  const { sentMs = 0 } = record
  const at = (ms: number) => sentMs + (ms - sentMs) * share
  const { headersMs, firstTokenMs, firstAnswerMs, lastTokenMs, secondReadMs, chunkGapsMs, ...others } = record
  return {
    ...others,
    ...(headersMs !== undefined && { headersMs: at(headersMs) }),
    ...(firstTokenMs !== undefined && { firstTokenMs: at(firstTokenMs) }),
    ...(firstAnswerMs !== undefined && { firstAnswerMs: at(firstAnswerMs) }),
    ...(lastTokenMs !== undefined && { lastTokenMs: at(lastTokenMs) }),
    ...(secondReadMs !== undefined && { secondReadMs: at(secondReadMs) }),
    ...(chunkGapsMs && { chunkGapsMs: chunkGapsMs.map((gapMs) => gapMs * share) }),
    doneMs: at(record.doneMs),
  }
}

type Forgery = readonly [what: string, forge: () => void, caughtBy: CheckName, says: RegExp]

/** Those that touch the result alone: building it anew would undo them. */
const inTheResult: readonly Forgery[] = [
  [
    'an edited p90',
    () =>
      forger.result((result) => ({
        ...result,
        metrics: { ...result.metrics, ttft: { ...result.metrics.ttft, p90: 1 } },
      })),
    'figures',
    /^metrics\.ttft\.p90 is 1, and not [\d.]+$/,
  ],
  [
    'an edited mean, and the percentiles with it',
    () =>
      forger.result(({ metrics, ...result }) => {
        const { e2e } = metrics
        return { ...result, metrics: { ...metrics, e2e: { ...e2e, mean: e2e!.mean! / 2, p50: e2e!.p50! / 2 } } }
      }),
    'littles-law',
    /further apart than the edges/,
  ],
  [
    'loosened limits',
    () =>
      forger.result(({ validity, ...result }) => ({
        ...result,
        validity: { ...validity, limits: { ...validity.limits, failedShare: 0.9 } },
      })),
    'limits',
    /^validity\.limits\.failedShare is 0\.9, and not 0\.1$/,
  ],
  [
    'a verdict of its own',
    () =>
      forger.result(({ validity, ...result }) => ({
        ...result,
        validity: { ...validity, verdict: 'valid', reasons: [] },
      })),
    'verdict',
    /^validity\.verdict is "valid", and not "indicative"/,
  ],
  [
    'other hardware than the header has',
    () => forger.result(({ identity, ...result }) => ({ ...result, identity: { ...identity, hardware: 'h100' } })),
    'provenance',
    /^identity\.hardware is "h100", and not "b200"$/,
  ],
  [
    'two p90, of which each reader takes another',
    () => forger.write('results.json', forger.read('results.json').replace('"p90":', '"p90": 1, "p90":')),
    'figures',
    /a key stands in it twice: p90/,
  ],
  [
    'a file that leads elsewhere',
    () => symlinkSync('/etc/hostname', join(folder, 'notes')),
    'files',
    /no plain files: notes/,
  ],
]

/** Those that touch what the result is built from. */
const inTheRun: readonly Forgery[] = [
  ['every record twice', () => forger.records((records) => [...records, ...records]), 'once', /twice in attempt 1/],
  [
    'a few good records twice',
    () =>
      forger.records((records) =>
        records.flatMap((record, i) => (isGood(record) && i % 50 === 0 ? [record, record] : [record])),
      ),
    'once',
    /twice in attempt 1/,
  ],
  [
    'failures dropped',
    () => forger.records((records) => records.filter(({ outcome }) => outcome.kind !== 'failed')),
    'order',
    /it waits for [\d.]+, which has no record/,
  ],
  [
    'slow replies dropped',
    () => forger.records((records) => records.filter(({ sentMs = 0, doneMs }) => doneMs - sentMs < 2_000)),
    'order',
    /which has no record/,
  ],
  [
    'the last ten seconds dropped',
    () => forger.records((records) => records.filter(({ doneMs }) => doneMs < 50_000)),
    'complete',
    /was due before the run ended/,
  ],
  [
    'a first token before its request',
    () =>
      forger.records((records) =>
        records.map((each, i) => (i === 40 ? { ...each, headersMs: 0, firstTokenMs: 0 } : each)),
      ),
    'instants',
    /before it was sent/,
  ],
  [
    'a whole run in half the time',
    () => {
      const half = (value: unknown): unknown => (typeof value === 'number' ? value / 2 : value)
      const isInstant = (key: string) => /Ms$/.test(key)
      const halved = <T extends object>(of: T) =>
        Object.fromEntries(Object.entries(of).map(([key, value]) => [key, isInstant(key) ? half(value) : value])) as T
      forger.records((records) => records.map(halved))
      forger.phases(halved)
    },
    'phases',
    /profiling lasted 30000[.\d]* ms, and the window/,
  ],
  [
    'a run that has yet to begin',
    () => forger.header((run) => ({ ...run, startedAt: '2031-01-01T00:00:00.000Z' })),
    'dates',
    /which is to come/,
  ],
  [
    'replies in half the time, all else as it was',
    () => forger.records((records) => records.map((each) => (isGood(each) ? nearer(each, 0.5) : each))),
    'think-times',
    /half of \d+ requests were due more than [\d.]+ ms after their think times had passed/,
  ],
  [
    'sent later than they were',
    () =>
      forger.records((records) =>
        records.map((each) => (isGood(each) ? { ...each, dueMs: each.dueMs + 60, sentMs: each.sentMs! + 60 } : each)),
      ),
    'think-times',
    /more than 60 ms after/,
  ],
  [
    'the latencies of the quickest replies for all others of their length',
    () =>
      forger.records((records) =>
        records.map((each) => {
          if (!isGood(each)) return each
          const { chunkGapsMs: _, secondReadMs: __, ...others } = each
          const { sentMs = 0, lastTokenMs = 0 } = each
          const firstTokenMs = sentMs + 80
          const endMs = firstTokenMs + Math.max(0, Math.floor((lastTokenMs - firstTokenMs) / 100) * 100)
          const same = { headersMs: firstTokenMs, firstTokenMs, firstAnswerMs: firstTokenMs, lastTokenMs: endMs }
          return { ...others, ...same, doneMs: endMs }
        }),
      ),
    'repeats',
    /have the latencies of another one to the microsecond/,
  ],
  [
    'more tokens than were asked for, in the plan of each',
    () =>
      forger.records((records) =>
        records.map((each) => ({ ...each, plannedOutputTokens: each.plannedOutputTokens * 2 })),
      ),
    'tokens',
    /output tokens were planned, and the plan/,
  ],
  [
    'a cache that holds what it never saw',
    () =>
      forger.records((records) =>
        records.map((each) => (isGood(each) ? { ...each, cachedTokens: each.inputTokens! } : each)),
      ),
    'cache-ceiling',
    /the cache was not empty when the run began, or the counts are not true/,
  ],
  [
    'the same, and a ceiling that allows it',
    () =>
      forger.records((records) =>
        records.map((each) =>
          isGood(each) ? { ...each, cachedTokens: each.inputTokens!, idealHitTokens: each.plannedInputTokens } : each,
        ),
      ),
    'ideal-hits',
    /by the traces \d+ prompt tokens could be reused, and the records say/,
  ],
  [
    'a name with a mark that turns it around',
    () => forger.header((run) => ({ ...run, identity: { ...run.identity, hardware: 'b200\u202e' } })),
    'text',
    /characters that are not shown stand in identity\.hardware/,
  ],
  [
    'a plan of another seed',
    () => forger.header((run) => ({ ...run, plan: { ...run.plan, seed: 4 } })),
    'plan',
    /not the plan that this run began with/,
  ],
]

describe('a forgery is caught, by name', () => {
  const caught = async (name: CheckName, says: RegExp) => {
    const found = await failed()
    expect(found.map((each) => each.split(': ')[0])).toContain(name)
    expect(found.find((each) => each.startsWith(`${name}: `))?.slice(name.length + 2)).toMatch(says)
  }

  test.each(inTheResult)('%s, the manifest made to fit', async (_, forge, name, says) => {
    forge()
    await forger.cover({ rebuild: false })
    await caught(name, says)
  })

  test.each(inTheRun)('%s, result and manifest made to fit', async (_, forge, name, says) => {
    forge()
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
