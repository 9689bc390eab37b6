import { afterAll, describe, expect, test } from 'vitest'
import { WallClock } from '../clock/wall-clock.ts'
import { sketchedSession, type TurnSketch } from '../content/sketched-session.fixture.ts'
import { servers } from '../stand-ins/chat-templates.fixture.ts'
import { type StandInCall, startStandInServer } from '../stand-ins/stand-in-server.ts'
import { HttpTarget } from './http-target.ts'
import { corpusOfSessions, ListeningObserver, plannedRequest } from './planned-request.fixture.ts'
import { probeEndpoint } from './probe-endpoint.ts'

const closing: (() => Promise<unknown>)[] = []
afterAll(() => Promise.all(closing.map((close) => close())))

/** Growth for 70 turns of two messages each, with every odd kind of turn among them, and a second agent without a system prompt. */
const corpus = corpusOfSessions([
  sketchedSession(longConversation(), { systemTokens: 150 }),
  sketchedSession(longConversation().slice(0, 20)),
])

describe.each(Object.entries(servers))('%s', (_, server) => {
  test('prompts have the planned tokens, and share the blocks that they keep as far as fillers hold what ends a prompt', async () => {
    const { calls, behindLast } = await replayAll(server)
    const { requests } = plan()
    const exact = calls.filter((call, i) => call.inputTokens === requests[i]!.inputTokens).length
    expect(Math.max(...calls.map((call) => call.messages.length))).toBeGreaterThan(100)
    expect(exact).toBe(calls.length)

    const shared = { whole: 0, cut: 0 }
    for (const [i, { sessionIndex, prompt }] of requests.entries()) {
      const before = requests[i - 1]
      if (before?.sessionIndex !== sessionIndex) continue
      const kept = commonLength(before.prompt.blocks, prompt.blocks)
      const whole = [before, requests[i]!].map(({ prompt: { blocks, tailTokens } }) =>
        tailTokens < behindLast ? blocks.length - 1 : blocks.length,
      )
      const common = Math.floor(commonLength(calls[i - 1]!.inputIds, calls[i]!.inputIds) / 64)
      expect(common).toBeLessThanOrEqual(kept)
      expect(common).toBeGreaterThanOrEqual(Math.min(kept, ...whole))
      shared[common === kept ? 'whole' : 'cut'] += 1
    }
    expect(shared.whole).toBeGreaterThan(60)
  })
})

function plan() {
  const sessions = corpus.traces[0]!.sessions
  const requests = sessions.flatMap((session, s) =>
    session.turns.map((_, turn) => plannedRequest(corpus, { session: s, turn })),
  )
  return { requests }
}

async function replayAll(
  server: (typeof servers)[string],
): Promise<{ readonly calls: readonly StandInCall[]; readonly behindLast: number }> {
  const standIn = await startStandInServer(server)
  const probed = await probeEndpoint({ url: standIn.url })
  const probes = standIn.calls.length
  const target = new HttpTarget({ url: standIn.url, ...probed, clock: new WallClock(), corpus, timeoutMs: 20_000 })
  closing.push(() => target.close().then(() => standIn.close()))
  expect(probed).toMatchObject({ countedBy: 'tokenize', notes: [] })
  for (const request of plan().requests) {
    const outcome = await target.send(request, new ListeningObserver(), new AbortController().signal)
    expect(outcome.kind).toBe('ok')
  }
  return { calls: standIn.calls.slice(probes), behindLast: probed.overhead.behindLast }
}

function longConversation(): TurnSketch[] {
  const all = Number.POSITIVE_INFINITY
  const turns: TurnSketch[] = [{ keep: 0, add: 4, tail: 13, reply: 30 }]
  for (let t = 1; t < 70; t += 1) {
    turns.push({ keep: all, add: 2 + (t % 2), tail: (t * 29) % 64, reply: 20 + (t % 3) * 30 })
  }
  // A retry, next to nothing added, a rewritten tail, and compaction to the system prompt with a new beginning.
  turns.push({ keep: all, add: 0, tail: 5, reply: 40 }, { keep: all, add: 0, tail: 6, reply: 40 })
  turns.push({ keep: all, add: 1, tail: 2, reply: 90 }, { keep: 150, add: 1, tail: 40, reply: 10 })
  turns.push({ keep: 3, add: 9, tail: 0, reply: 40 }, { keep: all, add: 2, tail: 1, reply: 0 })
  return turns.map((turn) => ({ ...turn, reply: Math.max(1, turn.reply) }))
}

function commonLength(one: ArrayLike<number>, other: ArrayLike<number>): number {
  let length = 0
  while (length < one.length && one[length] === other[length]) length += 1
  return length
}
