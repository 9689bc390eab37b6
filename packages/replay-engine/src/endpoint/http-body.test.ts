import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { WallClock } from '../clock/wall-clock.ts'
import { plainMessages } from '../content/plain-prompt.fixture.ts'
import { type Segment, Segmenter } from '../content/segments.ts'
import { sketchedSession, turnSketches } from '../content/sketched-session.fixture.ts'
import { WORDS } from '../content/words.ts'
import { HttpTarget, type HttpTargetOptions } from './http-target.ts'
import { corpusOfSessions, plannedRequest } from './planned-request.fixture.ts'

const overhead = {
  beforeUser: 7,
  beforeSystem: 6,
  systemToUser: 5,
  userToAssistant: 4,
  assistantToUser: 3,
  behindLast: 8,
}
const headWords = WORDS.slice(0, 300)
const targets: HttpTarget[] = []
afterAll(() => Promise.all(targets.map((target) => target.close())))

test.each([true, false])(
  'any session, system messages %s: the bytes of a body are those of its JSON, written the plain way',
  (systemRole) => {
    fc.assert(
      fc.property(turnSketches(), fc.nat(300), (turns, systemTokens) => {
        const session = sketchedSession(turns, { systemTokens })
        const corpus = corpusOfSessions([session])
        const target = targetOf({ corpus, systemRole, temperature: 0.5, usagePerChunk: true })
        const segmenter = new Segmenter({ blockSize: 64, overhead })
        for (const turn of session.turns.keys()) {
          const request = plannedRequest(corpus, { turn })
          const segments = segmenter.segmentsOf(session, turn)
          const messages = plainMessages(request.prompt, systemRole ? segments : merged(segments), {
            words: WORDS,
            headWords,
            overhead,
            blockSize: 64,
          })
          const json = JSON.stringify({
            model: 'any',
            stream: true,
            stream_options: { include_usage: true, continuous_usage_stats: true },
            temperature: 0.5,
            max_tokens: request.outputTokens,
            min_tokens: request.outputTokens,
            ignore_eos: true,
            messages,
          })
          expect(target.bodyOf(request).toString('latin1')).toBe(json)
        }
      }),
      { numRuns: 40 },
    )
  },
)

test('bodies of different requests do not share bytes', () => {
  const corpus = corpusOfSessions([sketchedSession([{ keep: 0, add: 400, tail: 0, reply: 4 }])])
  const target = targetOf({ corpus })
  const request = plannedRequest(corpus, { turn: 0 })
  const first = target.bodyOf(request)
  const copy = Buffer.from(first)
  expect(first.length).toBeGreaterThan(100_000)
  target.bodyOf({ ...request, prompt: { ...request.prompt, scope: 'another' } })
  expect(first.equals(copy)).toBe(true)
})

function targetOf(options: Pick<HttpTargetOptions, 'corpus'> & Partial<HttpTargetOptions>): HttpTarget {
  const fixed = {
    url: 'http://127.0.0.1:1',
    model: 'any',
    clock: new WallClock(),
    words: WORDS,
    headWords,
    timeoutMs: 1_000,
  }
  const target = new HttpTarget({ ...fixed, overhead, ...options })
  targets.push(target)
  return target
}

/** The words of the system message become the user's. */
function merged([system, user, ...rest]: readonly Segment[]): readonly Segment[] {
  if (!system) return []
  if (system.role !== 'system' || !user) return [system, ...(user ? [user] : []), ...rest]
  return [{ ...user, blockStart: 0, blockCount: system.blockCount + user.blockCount }, ...rest]
}
