import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { synthCorpus } from '@reprise/trace'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { writeTimeline } from '../report-file/write-timeline.ts'
import { okRecord, unansweredRecord } from '../testing/run.fixture.ts'
import { freshFolder } from '../testing/stored-run.fixture.ts'
import { readTimeline, type SliceEvent } from '../testing/timeline-reader.fixture.ts'
import { corpusTimeline } from './corpus-timeline.ts'
import { runTimeline } from './run-timeline.ts'
import { timelineEvents } from './timeline-events.ts'
import type { TimelineRequest, TimelineSource, TimelineTool } from './timeline-source.ts'

const folderOfTest = freshFolder()

function textOf(...sources: readonly TimelineSource[]): string {
  return JSON.stringify({ displayTimeUnit: 'ms', traceEvents: [...timelineEvents(sources)] })
}

function request(
  id: string,
  session: number,
  startMs: number,
  endMs: number,
  more: Partial<TimelineRequest> = {},
): TimelineRequest {
  const rest = { name: 'm', sentMs: startMs, stages: [], inputTokens: 10, waitsFor: [], gapName: 'think', facts: {} }
  return { id, session, startMs, endMs, ...rest, ...more }
}

const family: TimelineSource = {
  name: 'family',
  sessions: [{ name: 'root' }, { name: 'child' }],
  requests: [
    request('a', 0, 0, 10, { firstTokenMs: 4, stages: [{ name: 'queue', startMs: 0, endMs: 4 }], hitTokens: 0 }),
    request('c', 1, 15, 20, {
      waitsFor: [{ id: 'a', relation: 'spawn', trigger: 'completion' }],
      inputTokens: 30,
      hitTokens: 20,
    }),
    request('b', 0, 40, 50, { waitsFor: [{ id: 'c', relation: 'join', trigger: 'completion' }], hitTokens: 10 }),
  ],
  tools: [{ name: 'bash', session: 0, startMs: 12, endMs: 30, failed: false }],
  phases: [{ name: 'profiling', startMs: 0 }],
}

describe('timelineEvents', () => {
  test('a family worked out by hand', () => {
    const { slices, arrows, counters } = readTimeline(textOf(family))
    const shown = ({ cat, name, ts, dur }: SliceEvent) => `${cat} ${name} ${ts / 1000}-${(ts + dur) / 1000}`
    expect(slices.map(shown)).toEqual([
      'phase profiling 0-50',
      'request m 0-10',
      'stage queue 0-4',
      'gap think 10-40',
      'tool bash 12-30',
      'request m 15-20',
      'request m 40-50',
    ])
    expect(arrows).toEqual({ spawn: 1, join: 1, calls: 1, answers: 1 })
    expect(counters).toEqual({
      'in flight': 1,
      'queue (no token yet)': 1,
      'KV in use (prompts in flight)': 30,
      // After the second request 20 of 40 tokens, after the third 30 of 50.
      'hit rate': 60,
    })
  })

  test('what the server told stands beside what is reckoned, from the beginning of the run', () => {
    const points = [-5, 0, 20, 50].map((startMs, index) => ({ startMs, height: index }))
    const level = { name: 'waiting (server)', unit: 'requests', points }
    const text = textOf({ ...family, levels: [level] })
    expect(readTimeline(text).counters['waiting (server)']).toBe(3)
    const shown = JSON.parse(text).traceEvents.filter(({ name }: { name: string }) => name === level.name)
    expect(shown.map(({ ts, args }: { ts: number; args: object }) => [ts, args])).toEqual([
      [0, { requests: 1 }],
      [20_000, { requests: 2 }],
      [50_000, { requests: 3 }],
    ])
  })

  test('counters show once for an instant, with what ended before what began', () => {
    const back: TimelineSource = { ...family, requests: [request('a', 0, 0, 10), request('b', 0, 10, 20)], tools: [] }
    const { counters } = readTimeline(textOf(back))
    expect(counters['in flight']).toBe(1)
  })

  test('a session that overlaps itself has tracks enough, and no gap while one is on', () => {
    const requests = [
      request('a', 0, 0, 100),
      request('b', 0, 10, 20),
      request('c', 0, 50, 60),
      request('d', 0, 130, 140),
    ]
    const { slices } = readTimeline(textOf({ ...family, requests, tools: [], phases: [] }))
    expect(slices.filter(({ cat }) => cat === 'gap').map(({ ts, dur }) => [ts, dur])).toEqual([[100_000, 30_000]])
    expect(new Set(slices.map(({ tid }) => tid)).size).toBe(2)
  })

  test('what lies before 0 moves all of its source', () => {
    const early: TimelineTool = { name: 'bash', session: 0, startMs: -5, failed: false }
    const { slices } = readTimeline(textOf({ ...family, tools: [early] }))
    expect(slices.find(({ cat }) => cat === 'tool')).toMatchObject({ ts: 0, dur: 1, args: { durationKnown: false } })
    expect(slices.find(({ cat }) => cat === 'request')).toMatchObject({ ts: 5000 })
  })

  test('whatever the times: nothing crosses, no arrow hangs, no counter falls below 0', () => {
    const ms = fc.double({ min: 0, max: 5, noNaN: true })
    const drawn = fc.array(
      fc.record({
        session: fc.nat(2),
        startMs: ms,
        lasts: fc.option(ms, { nil: undefined }),
        first: ms,
        on: fc.nat(8),
      }),
      { maxLength: 12 },
    )
    const tools = fc.array(fc.record({ session: fc.nat(2), startMs: ms, lasts: ms, failed: fc.boolean() }), {
      maxLength: 5,
    })
    fc.assert(
      fc.property(drawn, tools, (requests, calls) => {
        const source: TimelineSource = {
          name: 's',
          sessions: [{ name: 'a' }, { name: 'b' }, { name: 'c' }],
          requests: requests.map(({ session, startMs, lasts, first, on }, index): TimelineRequest => {
            const { endMs: _, ...bare } = request(`r${index}`, session, startMs, 0)
            return {
              ...bare,
              ...(lasts !== undefined && { endMs: startMs + lasts }),
              firstTokenMs: startMs + first,
              stages: [
                { name: 'queue', startMs, endMs: startMs + first },
                { name: 'decode', startMs: startMs + first, endMs: startMs + (lasts ?? 0) },
              ],
              waitsFor: [{ id: `r${on}`, relation: 'join', trigger: on % 2 ? 'dispatch' : 'completion' }],
            }
          }),
          tools: calls.map(({ lasts, ...call }) => ({ name: 't', ...call, endMs: call.startMs + lasts })),
          phases: [],
        }
        const read = readTimeline(textOf(source, source))
        expect([read.count('request'), read.count('tool')]).toEqual([2 * requests.length, 2 * calls.length])
      }),
      { numRuns: 200 },
    )
  })
})

describe('sources', () => {
  test('a corpus has a slice for each request, and arrows to its subagents and back', () => {
    const corpus = synthCorpus({ seed: 4, traces: 6, scale: 0.01, turnScale: 0.2, subagentShare: 1 })
    const sessions = corpus.traces.flatMap((trace) => trace.sessions)
    const read = readTimeline(textOf(corpusTimeline(corpus, 'synth')))
    expect(read.count('request')).toBe(sessions.reduce((sum, { turns }) => sum + turns.length, 0))
    expect((read.arrows.spawn ?? 0) + (read.arrows.background ?? 0)).toBe(sessions.length - corpus.traces.length)
    expect(read.arrows.join).toBeGreaterThan(0)
    expect(read.slices.some(({ name }) => name === 'subagents')).toBe(true)
  })

  test('a run: late, waiting and decoding; what failed; what was never sent; what a break cut short', () => {
    const late = okRecord({
      id: '0.0.0.0',
      dueMs: 0,
      sentMs: 40,
      firstTokenMs: 90,
      firstAnswerMs: 90,
      lastTokenMs: 400,
      doneMs: 410,
    })
    const again = okRecord({
      ...late,
      attempt: 2,
      dueMs: 500,
      sentMs: 500,
      firstTokenMs: 600,
      firstAnswerMs: 600,
      lastTokenMs: 700,
      doneMs: 710,
    })
    const failure = { kind: 'failed', class: 'server-error', status: 500, message: '</script>' } as const
    const { sentMs: _, ...unsent } = unansweredRecord(failure, { id: '1.0.0.0', lane: 1, dueMs: 10, doneMs: 20 })
    const source = runTimeline(
      {
        phases: [
          { phase: 'warmup', startMs: 0 },
          { phase: 'warmup', startMs: 0, endMs: 50 },
        ],
        records: [late, again, unsent],
      },
      'run',
    )
    const read = readTimeline(textOf(source))
    expect(read.count('request')).toBe(3)
    expect(read.count('phase')).toBe(1)
    expect(
      read.slices.filter(({ cat, ts }) => cat === 'stage' && ts < 400_000).map(({ name, ts, dur }) => [name, ts, dur]),
    ).toEqual([
      ['due, not sent', 0, 40_000],
      ['queue and prefill', 40_000, 50_000],
      ['decode', 90_000, 310_000],
    ])
    expect(read.counters['in flight']).toBe(1)
  })
})

test('the file is written whole, over an older one, and is what the events are', async () => {
  const path = join(folderOfTest(), 'deep', 'timeline.json')
  await writeTimeline(path, [family, family, family])
  const { events, bytes } = await writeTimeline(path, [family])
  const text = readFileSync(path, 'utf8')
  expect(Buffer.byteLength(text)).toBe(bytes)
  expect(JSON.parse(text).traceEvents).toHaveLength(events)
  expect(JSON.parse(text)).toEqual(JSON.parse(textOf(family)))
})
