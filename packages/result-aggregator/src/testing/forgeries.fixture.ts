import type { RequestRecord } from '@reprise/replay-engine'
import type { CheckName } from '../result/verification.ts'
import type { Forger } from './written-run.fixture.ts'

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

/** What somebody does to a run folder, the check that catches it, and what that says. */
export type Forgery = readonly [what: string, forge: (forger: Forger) => void, caughtBy: CheckName, says: RegExp]

/** Those that touch the result alone: building it anew would undo them. */
export const inTheResult: readonly Forgery[] = [
  [
    'an edited p90',
    (forger) =>
      forger.result((result) => ({
        ...result,
        metrics: { ...result.metrics, ttft: { ...result.metrics.ttft, p90: 1 } },
      })),
    'figures',
    /^metrics\.ttft\.p90 is 1, and not [\d.]+$/,
  ],
  [
    'an edited mean, and the percentiles with it',
    (forger) =>
      forger.result(({ metrics, ...result }) => {
        const { e2e } = metrics
        return { ...result, metrics: { ...metrics, e2e: { ...e2e, mean: e2e!.mean! / 2, p50: e2e!.p50! / 2 } } }
      }),
    'littles-law',
    /further apart than the edges/,
  ],
  [
    'loosened limits',
    (forger) =>
      forger.result(({ validity, ...result }) => ({
        ...result,
        validity: { ...validity, limits: { ...validity.limits, failedShare: 0.9 } },
      })),
    'limits',
    /^validity\.limits\.failedShare is 0\.9, and not 0\.1$/,
  ],
  [
    'a verdict of its own',
    (forger) =>
      forger.result(({ validity, ...result }) => ({
        ...result,
        validity: { ...validity, verdict: 'valid', reasons: [] },
      })),
    'verdict',
    /^validity\.verdict is "valid", and not "indicative"/,
  ],
  [
    'other hardware than the header has',
    (forger) =>
      forger.result(({ identity, ...result }) => ({ ...result, identity: { ...identity, hardware: 'h100' } })),
    'provenance',
    /^identity\.hardware is "h100", and not "b200"$/,
  ],
  [
    'two p90, of which each reader takes another',
    (forger) => forger.write('results.json', forger.read('results.json').replace('"p90":', '"p90": 1, "p90":')),
    'figures',
    /a key stands in it twice: p90/,
  ],
  ['a file that leads elsewhere', (forger) => forger.link('notes', '/etc/hostname'), 'files', /no plain files: notes/],
]

/** Those that touch what the result is built from. */
export const inTheRun: readonly Forgery[] = [
  [
    'every record twice',
    (forger) => forger.records((records) => [...records, ...records]),
    'once',
    /twice in attempt 1/,
  ],
  [
    'a few good records twice',
    (forger) =>
      forger.records((records) =>
        records.flatMap((record, i) => (isGood(record) && i % 50 === 0 ? [record, record] : [record])),
      ),
    'once',
    /twice in attempt 1/,
  ],
  [
    'failures dropped',
    (forger) => forger.records((records) => records.filter(({ outcome }) => outcome.kind !== 'failed')),
    'order',
    /it waits for [\d.]+, which has no record/,
  ],
  [
    'slow replies dropped',
    (forger) => forger.records((records) => records.filter(({ sentMs = 0, doneMs }) => doneMs - sentMs < 2_000)),
    'order',
    /which has no record/,
  ],
  [
    'the last ten seconds dropped',
    (forger) => forger.records((records) => records.filter(({ doneMs }) => doneMs < 50_000)),
    'complete',
    /was due before the run ended/,
  ],
  [
    'a first token before its request',
    (forger) =>
      forger.records((records) =>
        records.map((each, i) => (i === 40 ? { ...each, headersMs: 0, firstTokenMs: 0 } : each)),
      ),
    'instants',
    /before it was sent/,
  ],
  [
    'a whole run in half the time',
    (forger) => {
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
    (forger) => forger.header((run) => ({ ...run, startedAt: '2031-01-01T00:00:00.000Z' })),
    'dates',
    /which is to come/,
  ],
  [
    'replies in half the time, all else as it was',
    (forger) => forger.records((records) => records.map((each) => (isGood(each) ? nearer(each, 0.5) : each))),
    'think-times',
    /half of \d+ requests were due more than [\d.]+ ms after their think times had passed/,
  ],
  [
    'sent later than they were',
    (forger) =>
      forger.records((records) =>
        records.map((each) => (isGood(each) ? { ...each, dueMs: each.dueMs + 60, sentMs: each.sentMs! + 60 } : each)),
      ),
    'think-times',
    /more than 60 ms after/,
  ],
  [
    'the latencies of the quickest replies for all others of their length',
    (forger) =>
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
    (forger) =>
      forger.records((records) =>
        records.map((each) => ({ ...each, plannedOutputTokens: each.plannedOutputTokens * 2 })),
      ),
    'tokens',
    /output tokens were planned, and the plan/,
  ],
  [
    'a cache that holds what it never saw',
    (forger) =>
      forger.records((records) =>
        records.map((each) => (isGood(each) ? { ...each, cachedTokens: each.inputTokens! } : each)),
      ),
    'cache-ceiling',
    /the cache was not empty when the run began, or the counts are not true/,
  ],
  [
    'the same, and a ceiling that allows it',
    (forger) =>
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
    (forger) => forger.header((run) => ({ ...run, identity: { ...run.identity, hardware: 'b200\u202e' } })),
    'text',
    /characters that are not shown stand in identity\.hardware/,
  ],
  [
    'a plan of another seed',
    (forger) => forger.header((run) => ({ ...run, plan: { ...run.plan, seed: 4 } })),
    'plan',
    /not the plan that this run began with/,
  ],
]
