import { expect, test } from 'vitest'
import { sendRaw } from './raw-reply.fixture.ts'
import { serveForTest } from './serve.fixture.ts'
import { TokenizerError, vocabularyOf, type WholeTokenizer } from './vocabulary-of.ts'

const letters = 'abcdefghijklmnopqrstuvwxyz'
const vowels = 'aeiou'
/** Words of four letters are tokens behind a space, letters and the space are tokens, and two tokens are no text: of a kind with byte-pair encodings. */
const words = [...'bdfg'].flatMap((head) =>
  [...vowels].flatMap((one) => [...vowels].map((two) => `${head}${one}n${two}`)),
)
const texts = [...letters, ' ', '\n', ...words.map((word) => ` ${word}`), 'bana']
const idOf = new Map(texts.map((text, id) => [text, id]))
const size = texts.length + 2

function tokenize(text: string): number[] {
  return (text.match(/ ?[a-z]+|[^a-z]/g) ?? []).flatMap((piece) => {
    const whole = idOf.get(piece)
    return whole === undefined ? [...piece].map((letter) => idOf.get(letter) ?? 0) : [whole]
  })
}

const tokenizer: WholeTokenizer = {
  tokenize,
  size,
  textOf: (id) => texts[id],
  added: [
    { id: size - 2, text: '<|pad|>' },
    { id: size - 1, text: '<|im_end|>' },
  ],
}

test('it says the words that are a token behind a space, and ends as its model does', () => {
  const { said, saidAt, end, says } = vocabularyOf(tokenizer)
  const all = Array.from({ length: said }, (_, index) => saidAt(index))
  expect(all.map(({ text }) => text)).toEqual(words.map((word) => ` ${word}`))
  expect(all.every(({ id, text }) => idOf.get(text) === id && says(id))).toBe(true)
  expect([end, says(end.id), says(idOf.get('bana')!)]).toEqual([{ id: size - 1, text: '<|im_end|>' }, false, false])
})

test('one without such words is refused', () => {
  expect(() => vocabularyOf({ ...tokenizer, textOf: (id) => (id < 40 ? texts[id] : undefined) })).toThrow(
    TokenizerError,
  )
})

test('a server counts, answers and refuses by its tokens, and says text that is cut into the ids that it tells', async () => {
  const { port } = await serveForTest({ tokenizer })
  const post = async (path: string, body: object) =>
    JSON.parse((await sendRaw(port, { method: 'POST', path, body })).body)
  const prompt = 'xy bana'
  const told = await post('/tokenize', { prompt, return_token_strs: true })
  expect(told).toMatchObject({ count: 3, tokens: tokenize(prompt), token_strs: ['x', 'y', 'bana'] })
  expect(await post('/detokenize', { tokens: told.tokens })).toEqual({ prompt })
  const body = { prompt, max_tokens: 20, ignore_eos: true, return_token_ids: true, logprobs: 1 }
  const { choices, usage } = await post('/v1/completions', body)
  expect(usage).toMatchObject({ prompt_tokens: 3, completion_tokens: 20 })
  expect(choices[0].prompt_token_ids).toEqual(tokenize(prompt))
  expect(choices[0].token_ids).toEqual(tokenize(choices[0].text))
  expect(choices[0].logprobs.token_logprobs[0]).toBeCloseTo(-1 / 256 - Math.log(words.length), 12)
  expect(await post('/v1/completions', { prompt: [0, size], max_tokens: 1 })).toEqual({
    error: { message: `Token id ${size} is out of vocabulary`, type: 'BadRequestError', param: null, code: 400 },
  })
  expect((await post('/v1/completions', { prompt: [size - 1], max_tokens: 1 })).usage.prompt_tokens).toBe(1)
})

test('ids and their text are the same prompt: what one has put into the cache the other finds', async () => {
  const { port, log } = await serveForTest({ tokenizer })
  const prompt = words.slice(0, 100).join(' ')
  for (const sent of [prompt, tokenize(prompt)])
    await sendRaw(port, { method: 'POST', path: '/v1/completions', body: { prompt: sent, max_tokens: 1 } })
  expect(log.map(({ cachedTokens }) => cachedTokens)).toEqual([0, 64])
})

test("of the model's own words too an id has to be one of the vocabulary", async () => {
  const { port } = await serveForTest()
  const refused = async (body: object) => {
    const reply = await sendRaw(port, { method: 'POST', path: '/v1/completions', body: { max_tokens: 1, ...body } })
    return [reply.status, JSON.parse(reply.body).error?.message]
  }
  expect(await refused({ prompt: [1, 999_999] })).toEqual([400, 'Token id 999999 is out of vocabulary'])
  expect(await refused({ prompt: [1, 2 ** 19 - 1] })).toEqual([200, undefined])
  expect(await refused({ prompt: 'a', stop_token_ids: [5, 600_000, -1] })).toEqual([
    400,
    'token_id(s) [600000, -1] in stop_token_ids contain out-of-vocab token ids. Vocabulary size: 524288 (parameter=stop_token_ids, value=[600000, -1])',
  ])
})
