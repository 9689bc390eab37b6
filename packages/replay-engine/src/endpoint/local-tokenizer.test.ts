import { afterEach, expect, test } from 'vitest'
import { WallClock } from '../clock/wall-clock.ts'
import { sketchedSession } from '../content/sketched-session.fixture.ts'
import { servers } from '../stand-ins/chat-templates.fixture.ts'
import { cutVocabulary } from '../stand-ins/small-tokenizers.fixture.ts'
import { type StandInOptions, startStandInServer } from '../stand-ins/stand-in-server.ts'
import { HttpTarget } from './http-target.ts'
import { corpusOfSessions, ListeningObserver, plannedRequest } from './planned-request.fixture.ts'
import { probeEndpoint } from './probe-endpoint.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(() => Promise.all(closing.splice(0).map((close) => close())))

const [, template] = Object.entries(servers)[0]!
/** So few tokens that a third of the words are none. */
const tokenIds = cutVocabulary(6_000)
const silent: StandInOptions = { ...template, tokenIds, tokenize: false }

async function probe(options: StandInOptions, tokenize?: (text: string) => ArrayLike<number>) {
  const server = await startStandInServer(options)
  closing.push(() => server.close())
  const tokenizer = tokenize && { name: 'model/tokenizer.json', tokenize }
  return { server, probed: await probeEndpoint({ url: server.url, ...(tokenizer && { tokenizer }) }) }
}

test('a server without /tokenize: the words are those of the file, and prompts are exact', async () => {
  const corpus = corpusOfSessions([sketchedSession([{ keep: 0, add: 9, tail: 20, reply: 30 }], { systemTokens: 150 })])
  const request = plannedRequest(corpus, { session: 0, turn: 0 })
  const lengths = await Promise.all(
    [undefined, tokenIds].map(async (tokenize) => {
      const { server, probed } = await probe(silent, tokenize)
      const target = new HttpTarget({ url: server.url, ...probed, clock: new WallClock(), corpus, timeoutMs: 20_000 })
      closing.push(() => target.close())
      await target.send(request, new ListeningObserver(), new AbortController().signal)
      return { sent: server.calls.at(-1)!.inputTokens, probed }
    }),
  )
  const [blind, seeing] = lengths
  expect(blind!.sent).toBeGreaterThan(request.inputTokens)
  expect(blind!.probed).not.toHaveProperty('wordCheck')
  expect(seeing!.sent).toBe(request.inputTokens)
  expect(seeing!.probed).toMatchObject({
    tokenizer: 'model/tokenizer.json',
    wordCheck: { notAsked: 0 },
    countedBy: 'usage',
  })
  expect(seeing!.probed.words.length).toBeLessThan(blind!.probed.words.length)
  expect(seeing!.probed.notes.join()).not.toMatch(/not the server's|taken to be/)
})

test('a file of another model is told by the length of a prompt', async () => {
  const { probed } = await probe(silent, cutVocabulary(30_000))
  expect(probed.notes.join('\n')).toMatch(
    /The tokenizer model\/tokenizer\.json is not the server's: 1024 words of one token each are \d{4} tokens there/,
  )
})

test('where the server says what its tokens are, the file is not asked', async () => {
  const { probed } = await probe({ ...template, tokenIds }, () => {
    throw new Error('asked')
  })
  expect(probed.countedBy).toBe('tokenize')
  expect(probed).not.toHaveProperty('tokenizer')
})
