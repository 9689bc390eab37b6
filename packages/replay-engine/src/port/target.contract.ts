import type { Outcome, PayloadKind } from '@reprise/wire'
import { describe, expect, test } from 'vitest'
import type { ClockUnderTest } from '../clock/clock.contract.ts'
import { sleepUntil } from '../clock/sleep-until.ts'
import type { PlannedRequest, Target } from './target.ts'

/** A target under test, the clock it reads, and what makes that clock's time pass. */
export interface TargetUnderTest extends ClockUnderTest {
  readonly target: Target
  /** Whether the server's count of prompt tokens is the planned one; default true. */
  readonly exactInput?: boolean
  /** Tokens of a reply that is still coming in when it is aborted, within what the target allows; default 1,000. */
  readonly longOutputTokens?: number
}

type Event =
  | { readonly kind: 'connecting' | 'sent' | 'headers' | 'ended'; readonly atMs: number }
  | { readonly kind: 'chunk'; readonly atMs: number; readonly payload: PayloadKind; readonly tokens?: number }

interface Heard {
  readonly events: readonly Event[]
  readonly outcome: Outcome
  readonly calledMs: number
  readonly settledMs: number
}

/** What every `Target` must do with requests that a server would answer. Each test makes its own. */
export function targetContract(name: string, make: () => TargetUnderTest | Promise<TargetUnderTest>): void {
  describe(`target contract: ${name}`, () => {
    test('tells the instants of a reply in order, each on the clock it was given', async () => {
      const { events, outcome, calledMs, settledMs } = await sendOne(await make(), requestOf({ outputTokens: 8 }))
      expect(outcome.kind).toBe('ok')
      const instants = [calledMs, ...events.map(({ atMs }) => atMs), settledMs]
      expect(instants).toEqual(instants.toSorted((a, b) => a - b))
      expect(events.find(({ kind }) => kind !== 'connecting')?.kind).toBe('sent')
      expect(events.filter(({ kind }) => kind === 'connecting').length).toBeLessThanOrEqual(1)
      expect(events.filter(({ kind }) => kind === 'sent')).toHaveLength(1)
      expect(events.filter(({ kind }) => kind === 'headers').length).toBeLessThanOrEqual(1)
      expect(events.slice(0, -1).map(({ kind }) => kind)).not.toContain('ended')
      expect(events.some(({ kind }) => kind === 'chunk')).toBe(true)
    })

    test('gives the tokens it was asked for, and counts them', async () => {
      const under = await make()
      const { events, outcome } = await sendOne(under, requestOf({ outputTokens: 7 }))
      if (outcome.kind !== 'ok') throw new Error(`expected ok, got ${JSON.stringify(outcome)}`)
      expect(outcome.usage?.outputTokens).toBe(7)
      if (under.exactInput !== false) expect(outcome.usage?.inputTokens).toBe(requestOf({}).inputTokens)
      expect(outcome.usage?.cachedTokens ?? 0).toBeLessThanOrEqual(outcome.usage?.inputTokens ?? 0)
      expect(tokensTold(events)).toBeLessThanOrEqual(7)
    })

    test('is silent after it has settled', async () => {
      const under = await make()
      const later = await under.drive(async () => {
        const events: Event[] = []
        await under.target.send(requestOf({ outputTokens: 3 }), listener(events), new AbortController().signal)
        const atSettling = events.length
        await sleepUntil(under.clock, under.clock.now() + 30)
        return events.length - atSettling
      })
      expect(later).toBe(0)
    })

    test('a signal that has aborted already: nothing is sent, and the outcome is cancelled', async () => {
      const under = await make()
      const abort = new AbortController()
      abort.abort()
      const { events, outcome } = await sendOne(under, requestOf({}), abort)
      expect(outcome).toEqual({ kind: 'cancelled' })
      expect(events).toEqual([])
    })

    test('aborted while the reply comes in: cancelled soon, and silent from then on', async () => {
      const under = await make()
      const abort = new AbortController()
      let abortedMs: number | undefined
      const heard = await sendOne(under, longRequest(under), abort, (event) => {
        if (event.kind !== 'chunk' || abortedMs !== undefined) return
        abortedMs = under.clock.now()
        abort.abort()
      })
      expect(heard.outcome).toEqual({ kind: 'cancelled' })
      expect(heard.events.filter(({ kind }) => kind === 'chunk')).toHaveLength(1)
      expect(heard.settledMs - abortedMs!).toBeLessThan(5_000)
    })

    test('aborted before the first token: cancelled', async () => {
      const under = await make()
      const abort = new AbortController()
      const { outcome } = await sendOne(under, longRequest(under), abort, (event) => {
        if (event.kind === 'sent') under.clock.at(under.clock.now(), () => abort.abort())
      })
      expect(outcome).toEqual({ kind: 'cancelled' })
    })

    test('keeps replies that overlap apart', async () => {
      const under = await make()
      const lengths = [3, 9, 1, 6]
      const heard = await under.drive(() =>
        Promise.all(
          lengths.map((outputTokens, lane) => heardOf(under, { request: requestOf({ outputTokens, lane }) })),
        ),
      )
      const counted = heard.map(({ outcome }) => (outcome.kind === 'ok' ? outcome.usage?.outputTokens : outcome.kind))
      expect(counted).toEqual(lengths)
    })
  })
}

function sendOne(
  under: TargetUnderTest,
  request: PlannedRequest,
  abort = new AbortController(),
  onEvent: (event: Event) => void = () => {},
): Promise<Heard> {
  return under.drive(() => heardOf(under, { request, abort, onEvent }))
}

async function heardOf(
  { target, clock }: TargetUnderTest,
  {
    request,
    abort = new AbortController(),
    onEvent,
  }: { request: PlannedRequest; abort?: AbortController; onEvent?: (event: Event) => void },
): Promise<Heard> {
  const events: Event[] = []
  const calledMs = clock.now()
  const outcome = await target.send(request, listener(events, onEvent), abort.signal)
  return { events, outcome, calledMs, settledMs: clock.now() }
}

function listener(events: Event[], onEvent: (event: Event) => void = () => {}) {
  const hear = (event: Event) => {
    events.push(event)
    onEvent(event)
  }
  return {
    connecting: (atMs: number) => hear({ kind: 'connecting', atMs }),
    sent: (atMs: number) => hear({ kind: 'sent', atMs }),
    headers: (atMs: number) => hear({ kind: 'headers', atMs }),
    chunk: (atMs: number, payload: PayloadKind, tokens?: number) =>
      hear({ kind: 'chunk', atMs, payload, ...(tokens !== undefined && { tokens }) }),
    ended: (atMs: number) => hear({ kind: 'ended', atMs }),
    resent: () => {},
  }
}

function longRequest({ longOutputTokens = 1_000 }: TargetUnderTest): PlannedRequest {
  return requestOf({ outputTokens: longOutputTokens })
}

function tokensTold(events: readonly Event[]): number {
  return events.reduce((sum, event) => sum + (event.kind === 'chunk' ? (event.tokens ?? 0) : 0), 0)
}

/** 100 prompt tokens: one block of 64 and a tail. */
function requestOf({ outputTokens = 4, lane = 0 }: { outputTokens?: number; lane?: number }): PlannedRequest {
  return {
    id: `${lane}.0.0.0`,
    phase: 'profiling',
    lane,
    play: 0,
    traceId: 'contract',
    traceIndex: 0,
    sessionIndex: 0,
    turn: 0,
    inputTokens: 100,
    outputTokens,
    prompt: {
      seed: 7,
      scope: `contract-${lane}#0`,
      blockSize: 64,
      blocks: Uint32Array.of(1),
      tailTokens: 36,
      tailKey: '0.0',
    },
  }
}
