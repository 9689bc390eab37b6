import { describe, expect, test } from 'vitest'
import { sendRaw } from './raw-reply.fixture.ts'
import { serveForTest, wordsOf } from './serve.fixture.ts'

async function ask(port: number, path: string, body: object) {
  const { status, body: text } = await sendRaw(port, { method: 'POST', path, body: { max_tokens: 1, ...body } })
  return {
    ...{ status, text },
    get json() {
      return JSON.parse(text)
    },
  }
}
const completion = (port: number, body: object) => ask(port, '/v1/completions', body)
const chat = (port: number, body: object) => ask(port, '/v1/chat/completions', body)

const ofWord = -1 / 256 - Math.log(6400)
const ofEnd = Math.log(1 - Math.exp(-1 / 256))

describe('how likely a prompt was', () => {
  test('of each token but the first: itself, then the likeliest, by their ids, with places and texts', async () => {
    const { port } = await serveForTest()
    // A word, a word, the end of a sequence (the likeliest of all), the word that comes next, and what is no word of the model's.
    const reply = await completion(port, { prompt: [0, 1, 6400, 0, 7000], prompt_logprobs: 2 })
    const [choice] = reply.json.choices
    const told = (logprob: number, rank: number, decoded_token: string) => ({
      logprob: expect.closeTo(logprob, 12),
      rank,
      decoded_token,
    })
    const [end, first] = [told(ofEnd, 1, '<|endoftext|>'), told(ofWord, 2, ' baba')]
    expect(choice.prompt_logprobs).toEqual([
      null,
      // Equal to all words: as many are at least as likely, and the end.
      { 1: told(ofWord, 6401, ' babe'), 6400: end, 0: first },
      { 6400: end, 0: first },
      { 0: first, 6400: end },
      { 7000: told(-9999, 2 ** 19, ' <|7000|>'), 6400: end, 0: first },
    ])
    // The token itself comes first, whatever its id.
    expect(reply.text).toMatch(/\{"6400":\{[^}]*\},"0":.*\{"7000":\{"logprob":-9999,"rank":524288,"decoded_token":/)
    expect(choice).toMatchObject({ logprobs: null, text: expect.stringMatching(/^ [a-z]{4}$/) })
  })

  test('0: themselves alone, of every choice of every prompt; the prompt is computed whole', async () => {
    const { port, log } = await serveForTest()
    const [one, other] = [wordsOf(70), 'baba babe']
    await completion(port, { prompt: one })
    const { choices } = (await completion(port, { prompt: [one, other], n: 2, prompt_logprobs: 0 })).json
    expect(choices.map((each: { prompt_logprobs: object[] }) => each.prompt_logprobs.length)).toEqual([70, 70, 2, 2])
    expect(Object.keys(choices[3].prompt_logprobs[1])).toEqual(['1'])
    expect(log.map(({ cachedTokens }) => cachedTokens)).toEqual([0, 0, 0, 0, 0])
    await completion(port, { prompt: one })
    expect(log.at(-1)!.cachedTokens).toBe(64)
  })

  test('without the field it is told with an echo that tells how likely its tokens are, and else not', async () => {
    const { port } = await serveForTest()
    const of = async (body: object) =>
      (await completion(port, { prompt: [0, 1], ...body })).json.choices[0].prompt_logprobs
    expect(await of({ echo: true, logprobs: 0 })).toEqual([null, { 1: expect.objectContaining({ rank: 6401 }) }])
    expect(await of({ echo: true })).toBeNull()
    expect(await of({ logprobs: 2 })).toBeNull()
  })

  test('of a chat: what the template makes of the messages, once for all choices', async () => {
    const templateTokens = { baseTokens: 2, perMessageTokens: 1, openingTokens: 1 }
    const { port, log } = await serveForTest({ templateTokens })
    const messages = [{ role: 'user', content: wordsOf(70) }]
    const told = (await chat(port, { messages, n: 2, prompt_logprobs: 1 })).json
    expect(told.prompt_logprobs).toHaveLength(74)
    expect(told.choices[0]).not.toHaveProperty('prompt_logprobs')
    // An echo of a chat asks for it by itself, of no others: `top_logprobs` is 0 where it is not said.
    const echoed = (await chat(port, { messages, echo: true })).json
    expect(Object.keys(echoed.prompt_logprobs[73])).toHaveLength(1)
    expect(log.map(({ cachedTokens }) => cachedTokens)).toEqual([0, 0, 0])
    expect((await chat(port, { messages })).json.prompt_logprobs).toBeNull()
    expect(log.at(-1)!.cachedTokens).toBe(64)
  })

  test.each([
    [
      { prompt_logprobs: 21 },
      /^Requested prompt logprobs of 21, .* allowed: 20 \(parameter=prompt_logprobs, value=21\)$/,
    ],
    [{ prompt_logprobs: -1 }, /^Requested prompt logprobs of 524288, which is greater than max allowed: 20/],
    [
      { prompt_logprobs: -2 },
      /`prompt_logprobs` must be a positive value or -1\. \(parameter=prompt_logprobs, value=-2\)/,
    ],
    [{ prompt_logprobs: 1, stream: true }, /`prompt_logprobs` are not available when `stream=True`\./],
    [{ prompt_logprobs: '1' }, /'loc': 'body.prompt_logprobs'/],
  ])('%j is refused', async (body, message) => {
    const { port } = await serveForTest()
    for (const { status, text } of [
      await completion(port, { prompt: 'a', ...body }),
      await chat(port, { messages: [{ role: 'user', content: 'a' }], ...body }),
    ])
      expect([status, JSON.parse(text).error.message]).toEqual([400, expect.stringMatching(message)])
  })

  test('a stream may ask for none beside them, and tells nothing', async () => {
    const { port, log } = await serveForTest()
    const { status, text } = await completion(port, { prompt: wordsOf(70), stream: true, prompt_logprobs: 0 })
    expect(status).toBe(200)
    expect(text).not.toContain('prompt_logprobs')
    await completion(port, { prompt: wordsOf(70), stream: true, prompt_logprobs: 0 })
    expect(log.at(-1)!.cachedTokens).toBe(0)
  })

  test('/v1/responses does not tell it', async () => {
    const { port } = await serveForTest()
    const { status, json } = await ask(port, '/v1/responses', { model: 'tiny', input: 'a', prompt_logprobs: 1 })
    expect([status, json.error.param]).toEqual([400, 'prompt_logprobs'])
  })
})
