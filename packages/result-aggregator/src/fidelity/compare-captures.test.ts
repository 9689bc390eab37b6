import type { Corpus, Session, Trace, Turn } from '@reprise/trace'
import { blocksOf } from '@reprise/trace/blocks'
import { describe, expect, test } from 'vitest'
import { compareCaptures } from './compare-captures.ts'
import { check, deviating } from './compared.fixture.ts'
import { recordedCorpus, recordedModel } from './faithful-run.fixture.ts'

/** Recorded beside one another, a second apart. */
const first: Corpus = {
  ...recordedCorpus(),
  traces: recordedCorpus().traces.map((trace, index) => ({ ...trace, startMs: 1_000 * index })),
}

function withTurns(corpus: Corpus, change: (turn: Turn, place: { trace: Trace; session: Session }) => Turn): Corpus {
  const traces = corpus.traces.map((trace) => ({
    ...trace,
    sessions: trace.sessions.map((session) => ({
      ...session,
      turns: session.turns.map((turn) => change(turn, { trace, session })),
    })),
  }))
  return { ...corpus, traces }
}

/** The same, captured anew: other names, other ids of blocks, another clock, and in another order. */
function again(corpus: Corpus): Corpus {
  const traces = withTurns(corpus, (turn) => ({
    ...turn,
    ownBlocks: turn.ownBlocks.map((id) => 7_000_000 - id),
  })).traces
  return {
    ...corpus,
    traces: traces
      .map((trace, index) => ({
        ...trace,
        id: `other-${index}`,
        startMs: trace.startMs! + 50_000,
        sessions: trace.sessions.map((session, at) => ({ ...session, id: at === 0 ? 'root' : `other-${index}-${at}` })),
      }))
      .reverse(),
  }
}

const compare = (b: Corpus, options = {}) =>
  compareCaptures({ corpus: first, name: 'a' }, { corpus: b, name: 'b' }, options)

const [busy] = first.traces.flatMap((trace) =>
  trace.sessions.flatMap((session, at) => (at > 0 && session.turns.length > 2 ? [{ trace, session, at }] : [])),
)
const isBusy = ({ trace, session }: { trace: Trace; session: Session }) => {
  const index = first.traces.indexOf(busy!.trace)
  return trace.id === `other-${index}` && session.id === `other-${index}-${busy!.at}`
}

describe('a capture of the same workload', () => {
  test('itself', () => {
    const found = compare(first)
    expect(found.verdict).toBe('faithful')
    expect(found.sentence).toMatch(
      /^faithful: all \d+ checks that could be made are kept, (\d+) requests there, \1 here$/,
    )
  })

  test('by other names, with other ids, on another clock, in another order', () => {
    const found = compare(again(first))
    expect(deviating(found)).toEqual([])
    expect(found.verdict).toBe('faithful')
    for (const { name, value } of found.checks.filter(({ verdict }) => verdict === 'kept'))
      expect(value, name).toBeCloseTo(0, 9)
  })
})

describe('each fault by its name', () => {
  const second = again(first)
  const change = (of: (turn: Turn, at: number) => Turn) =>
    withTurns(second, (turn, place) => (isBusy(place) ? of(turn, place.session.turns.indexOf(turn)) : turn))
  const inBusy = (of: (session: Session, trace: Trace) => Session[]): Corpus => ({
    ...second,
    traces: second.traces.map((trace) => ({
      ...trace,
      sessions: trace.sessions.flatMap((session) => (isBusy({ trace, session }) ? of(session, trace) : [session])),
    })),
  })
  const name = `${busy!.trace.id} / ${busy!.session.id}`

  test('a turn that was dropped', () => {
    const found = compare(inBusy((session) => [{ ...session, turns: session.turns.slice(0, -1) }]))
    expect(deviating(found)).toContain('missing-turns')
    expect(check(found, 'missing-turns').named).toEqual([{ name: `${name} turn ${busy!.session.turns.length - 1}` }])
    expect(deviating(found)).not.toContain('missing-sessions')
  })

  test('a subagent that is missing', () => {
    const leaf = inBusy(() => [])
    const found = compare({
      ...leaf,
      // Indices of parents behind it move down.
      traces: leaf.traces.map((trace) => ({
        ...trace,
        sessions: trace.sessions.map((session) => ({
          ...session,
          ...(session.parent !== undefined && { parent: Math.min(session.parent, trace.sessions.length - 1) }),
        })),
      })),
    })
    expect(deviating(found)).toContain('missing-sessions')
    expect(check(found, 'missing-sessions').named).toContainEqual({ name })
  })

  test('a request that is there twice', () => {
    const found = compare(inBusy((session) => [{ ...session, turns: [...session.turns, session.turns.at(-1)!] }]))
    expect(deviating(found)).toEqual(['extra-requests'])
    expect(check(found, 'extra-requests').named).toEqual([
      { name: `${name} turn ${busy!.session.turns.length} (no such turn)` },
    ])
  })

  test('a reply that is shorter, a prompt that is longer', () => {
    const { inputTokens, outputTokens } = busy!.session.turns[1]!
    const shorter = compare(change((turn, at) => (at === 1 ? { ...turn, outputTokens: outputTokens - 1 } : turn)))
    expect(deviating(shorter)).toEqual(['output-tokens'])
    expect(check(shorter, 'output-tokens').named).toEqual([
      { name: `${name} turn 1 (${outputTokens} in A, ${outputTokens - 1} in B)` },
    ])
    const longer = compare(change((turn) => ({ ...turn, inputTokens: turn.inputTokens + 1 })))
    expect(deviating(longer)).toContain('input-tokens')
    expect(check(longer, 'input-tokens').named[1]).toEqual({
      name: `${name} turn 1 (${inputTokens} in A, ${inputTokens + 1} in B)`,
    })
  })

  test('one that came late, told by its session once', () => {
    const found = compare(change((turn, at) => (at >= 1 ? { ...turn, startMs: turn.startMs + 400 } : turn)))
    expect(deviating(found)).toEqual(['start-offsets'])
    expect(check(found, 'start-offsets')).toMatchObject({
      differences: { max: 400, p50: 0 },
      named: [{ name: `${name} turn 1`, by: 400 }],
    })
  })

  test('a first request that came late is one that came late, and no other', () => {
    const [one] = second.traces.toSorted((a, b) => a.startMs! - b.startMs!)
    const late = second.traces.map((trace) => (trace === one ? { ...trace, startMs: trace.startMs! + 38 } : trace))
    const { differences, named } = check(compare({ ...second, traces: late }), 'start-offsets')
    expect(differences).toMatchObject({ min: 0, p50: 0 })
    expect(differences!.max).toBeCloseTo(38, 6)
    expect(named.every((each) => each.name.startsWith(first.traces[0]!.id))).toBe(true)
  })

  test('one that came before what it waits for had ended', () => {
    const found = compare(change((turn, at) => (at === 2 ? { ...turn, startMs: 0 } : turn)))
    expect(deviating(found)).toContain('order')
    expect(check(found, 'order').named.some((each) => each.name.startsWith(`${name} turn 2 (before`))).toBe(true)
  })

  test('blocks that are shared otherwise: another beginning, and one that two have in common', () => {
    const index = second.traces.findIndex(({ id }) => id === `other-${first.traces.indexOf(busy!.trace)}`)
    const session = second.traces[index]!.sessions[busy!.at]!
    const own = [...blocksOf(session, 1)]
    for (const blocks of [
      [9_000_000, ...own.slice(1)],
      [...own.slice(0, -1), own[0]!],
    ]) {
      const found = compare(
        change((turn, at) => (at === 1 ? { ...turn, sharedBlocks: 0, ownBlocks: Uint32Array.from(blocks) } : turn)),
      )
      expect(deviating(found)).toContain('block-sharing')
      const from = blocks[0] === 9_000_000 ? 0 : own.length - 1
      expect(check(found, 'block-sharing').named).toContainEqual({ name: `${name} turn 1 (from block ${from})` })
    }
  })

  test('another model bars what depends on it, and another block size reuse', () => {
    const other = compare(withTurns(second, (turn) => ({ ...turn, model: 'another' })))
    expect(other).toMatchObject({ verdict: 'not comparable', sentence: expect.stringContaining(recordedModel) })
    expect(
      compare({ ...second, blockSize: 32 }).checks.filter(({ verdict }) => verdict === 'not comparable'),
    ).toMatchObject([{ name: 'block-sharing' }, { name: 'ideal-reuse' }])
  })

  test('what a client asked before it began is no part of the workload, and is told', () => {
    const turn: Turn = { ...second.traces[0]!.sessions[0]!.turns[0]!, startMs: 0, apiMs: 5, inputTokens: 3 }
    const session: Session = { id: 'root', toolTokens: 0, systemTokens: 0, turns: [turn] }
    const probe = (startMs: number): Trace => ({ id: `inferred-${startMs}`, models: [], startMs, sessions: [session] })
    const found = compare({ ...second, traces: [probe(20_000), ...second.traces] })
    expect(found.verdict).toBe('faithful')
    expect(found.sentence).toContain('differing: before (0 requests, 1 requests)')
    expect(deviating(compare({ ...second, traces: [...second.traces, probe(50_500)] }))).toContain('extra-requests')
  })
})
