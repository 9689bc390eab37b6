import { describe, expect, test } from 'vitest'
import { eventsOf, sendRaw } from './raw-reply.fixture.ts'
import { serveForTest, wordsOf } from './serve.fixture.ts'

const messages = [{ role: 'user', content: wordsOf(130) }]

async function ask(port: number, path: string, body: object) {
  const reply = await sendRaw(port, { method: 'POST', path, body })
  return {
    status: reply.status,
    text: reply.body,
    json: () => JSON.parse(reply.body),
    events: () => eventsOf(reply.body),
  }
}
const chat = (port: number, body: object) => ask(port, '/v1/chat/completions', { messages, ignore_eos: true, ...body })
const completion = (port: number, body: object) => ask(port, '/v1/completions', { ignore_eos: true, ...body })

interface Chunk {
  readonly choices: readonly {
    index: number
    text: string
    delta: { role?: string; content: string }
    finish_reason: string | null
  }[]
  readonly usage?: {
    prompt_tokens: number
    completion_tokens: number
    prompt_tokens_details: { cached_tokens: number }
  }
  readonly system_fingerprint?: string
}

describe('several choices', () => {
  test('each is a request of the engine, and differs from the others; a prompt counts once in the usage', async () => {
    const { port, log } = await serveForTest()
    const { choices, usage } = (await chat(port, { n: 3, max_tokens: 4, seed: 5 })).json()
    expect(choices.map((each: { index: number }) => each.index)).toEqual([0, 1, 2])
    const texts = choices.map((each: { message: { content: string } }) => each.message.content)
    expect(new Set(texts).size).toBe(3)
    expect(usage).toMatchObject({ prompt_tokens: 130, completion_tokens: 12, total_tokens: 142 })
    expect(log.map(({ choice, outputTokens }) => [choice, outputTokens])).toEqual([
      [0, 4],
      [1, 4],
      [2, 4],
    ])
    // The second is what the seed after it gives.
    const next = (await chat(port, { max_tokens: 4, seed: 6 })).json()
    expect(next.choices[0].message.content).toBe(texts[1])
    const { body: page } = await sendRaw(port, { method: 'GET', path: '/metrics' })
    expect(page).toContain('vllm:request_params_n_bucket{engine="0",le="2.0",model_name="tiny"} 1.0')
    expect(page).toContain('vllm:request_params_n_sum{engine="0",model_name="tiny"} 4.0')
    expect(page).toContain('vllm:request_max_num_generation_tokens_count{engine="0",model_name="tiny"} 2.0')
    expect(page).toContain('vllm:request_success_total{engine="0",finished_reason="length",model_name="tiny"} 4.0')
  })

  test('they come together: the second finds what the first has put into the cache in the same step', async () => {
    const { port, log } = await serveForTest()
    await chat(port, { n: 2, max_tokens: 2 })
    expect(log.map(({ cachedTokens }) => cachedTokens)).toEqual([0, 128])
    expect(log[0]!.scheduledMs).toBe(log[1]!.scheduledMs)
    expect(log[0]!.queuedMs).toBe(log[1]!.queuedMs)
  })

  test('a stream opens them all, then tells each token with its choice, each end, and one usage', async () => {
    const { port } = await serveForTest()
    const reply = await chat(port, { n: 2, max_tokens: 3, stream: true, stream_options: { include_usage: true } })
    const events = reply.events()
    expect(events.at(-1)).toBe('[DONE]')
    const chunks = events.slice(0, -1) as Chunk[]
    expect(chunks.slice(0, 2).map(({ choices: [choice] }) => [choice!.index, choice!.delta])).toEqual([
      [0, { role: 'assistant', content: '' }],
      [1, { role: 'assistant', content: '' }],
    ])
    const pieces = chunks.slice(2, -1).map(({ choices: [choice] }) => choice!)
    expect(pieces.map(({ index }) => index)).toEqual([0, 1, 0, 1, 0, 1])
    expect(pieces.map(({ finish_reason: reason }) => reason)).toEqual([null, null, null, null, 'length', 'length'])
    // What was found in the cache is told of the choice that had the first token.
    expect(chunks.at(-1)!.usage).toMatchObject({
      prompt_tokens: 130,
      completion_tokens: 6,
      prompt_tokens_details: { cached_tokens: 0 },
    })
  })

  test('without usage each of them closes with the name of the maker', async () => {
    const { port } = await serveForTest()
    const chunks = (await chat(port, { n: 2, max_tokens: 1, stream: true })).events().slice(2, -1) as Chunk[]
    expect(chunks.map((chunk) => chunk.system_fingerprint)).toEqual(['reprise-sim', 'reprise-sim'])
  })

  test('without chance there is one, and there are not more than a server takes', async () => {
    const { port } = await serveForTest()
    const message = async (body: object) => (await chat(port, body)).json().error.message
    expect(await message({ n: 2, temperature: 0 })).toBe('n must be 1 when using greedy sampling, got 2.')
    expect(await message({ n: 20_000 })).toMatch(/^n must be at most 16384, got 20000\. To increase this limit/)
    expect(await message({ n: 0 })).toBe('n must be at least 1, got 0.')
    const many = await completion(port, { prompt: Array(1025).fill('a') })
    expect(many.json().error.message).toMatch(/^prompt list length 1025 exceeds the maximum allowed count of 1024\./)
    expect((await completion(port, { prompt: ['a', 'b'], n: 9000 })).json().error.message).toMatch(
      /not supported: at most 16384/,
    )
  })

  test('a client that goes away takes all of them with it', async () => {
    const { url, log } = await serveForTest()
    const stop = new AbortController()
    const reply = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ messages, n: 3, stream: true, ignore_eos: true }),
      signal: stop.signal,
    })
    await reply.body!.getReader().read()
    stop.abort()
    await expect.poll(() => log.map(({ aborted }) => aborted)).toEqual([true, true, true])
  })
})

describe('several prompts', () => {
  test('are answered in their order, n choices each; all of them count', async () => {
    const { port, log } = await serveForTest()
    const { choices, usage } = (
      await completion(port, { prompt: ['a b c', 'd e'], n: 2, max_tokens: 3, seed: 1 })
    ).json()
    expect(choices.map((each: { index: number }) => each.index)).toEqual([0, 1, 2, 3])
    expect(usage).toMatchObject({ prompt_tokens: 5, completion_tokens: 12, total_tokens: 17 })
    expect(log.map(({ promptTokens, choice }) => [promptTokens, choice])).toEqual([
      [3, 0],
      [3, 1],
      [2, 0],
      [2, 1],
    ])
    const alone = (await completion(port, { prompt: 'd e', max_tokens: 3, seed: 1 })).json()
    expect(choices[2].text).toBe(alone.choices[0].text)
  })

  test('of ids too, each with its own in the reply', async () => {
    const { port } = await serveForTest()
    const body = { prompt: [[1, 2], [3]], max_tokens: 1, return_token_ids: true, stream: true }
    const chunks = (await completion(port, body)).events().slice(0, -1) as { choices: object[] }[]
    expect(chunks.map(({ choices: [choice] }) => choice)).toMatchObject([
      { index: 0, prompt_token_ids: [1, 2] },
      { index: 1, prompt_token_ids: [3] },
    ])
  })

  test('one that is too long refuses them all', async () => {
    const { port } = await serveForTest()
    const reply = await completion(port, { prompt: ['a', wordsOf(131_072)] })
    expect([reply.status, reply.json().error.message]).toEqual([400, expect.stringContaining('your prompt contains')])
  })
})

// The embedded model ends with the probability 1 - exp(-1 / 256) and says each of its 6,400 words as often as any other.
const ofWord = -1 / 256 - Math.log(6400)
const ofEnd = Math.log(1 - Math.exp(-1 / 256))

describe('how likely tokens are', () => {
  test('in a chat: each token, and the likeliest beside it', async () => {
    const { port } = await serveForTest()
    const { choices } = (await chat(port, { max_tokens: 2, logprobs: true, top_logprobs: 3 })).json()
    const { content } = choices[0].logprobs
    expect(content.map((each: { token: string }) => each.token).join('')).toBe(choices[0].message.content)
    const { token, logprob, bytes, top_logprobs: top } = content[0]
    expect(logprob).toBeCloseTo(ofWord, 12)
    expect(bytes).toEqual([...Buffer.from(token)])
    // As vLLM shows them: the token itself is the first, and counts.
    expect(top.map((each: { token: string }) => each.token)).toEqual([token, '<|endoftext|>', ' baba'])
    expect(top[1].logprob).toBeCloseTo(ofEnd, 12)
    expect(
      (await chat(port, { max_tokens: 1, logprobs: true })).json().choices[0].logprobs.content[0].top_logprobs,
    ).toEqual([])
    expect((await chat(port, { max_tokens: 1 })).json().choices[0].logprobs).toBeNull()
  })

  test('their probabilities are those with which it draws: it ends about as often as it says', async () => {
    const { port, log } = await serveForTest()
    const prompt = Array.from({ length: 400 }, (_, at) => `p${at}`)
    await completion(port, { prompt, ignore_eos: false, max_tokens: 1 })
    const tokens = await completion(port, { prompt, ignore_eos: false, max_tokens: 200, seed: 1 })
    const ended = tokens
      .json()
      .choices.filter((each: { finish_reason: string }) => each.finish_reason === 'stop').length
    // 400 times 1 - exp(-200 / 256), within five standard deviations.
    expect(Math.abs(ended - 400 * -Math.expm1(-200 / 256))).toBeLessThan(50)
    expect(log.length).toBe(800)
  })

  test('in a completion: offsets into the text, and one more than was asked for beside each', async () => {
    const { port } = await serveForTest()
    const body = { prompt: 'x', max_tokens: 3, logprobs: 1, stream: true }
    const chunks = (await completion(port, body)).events().slice(0, -1) as {
      choices: [
        {
          text: string
          logprobs: { text_offset: number[]; tokens: string[]; token_logprobs: number[]; top_logprobs: object[] }
        },
      ]
    }[]
    const told = chunks.map(({ choices: [{ logprobs }] }) => logprobs)
    expect(told.map(({ text_offset: offset }) => offset)).toEqual([[0], [5], [10]])
    expect(told.map(({ tokens }) => tokens)).toEqual(chunks.map(({ choices: [{ text }] }) => [text]))
    expect(told[0]!.token_logprobs[0]).toBeCloseTo(ofWord, 12)
    expect(Object.keys(told[0]!.top_logprobs[0]!)).toEqual([told[0]!.tokens[0], '<|endoftext|>'])
  })

  test.each<[string, object, RegExp]>([
    [
      'chat',
      { logprobs: true, top_logprobs: 21 },
      /^Requested sample logprobs of 21, which is greater than max allowed: 20 \(parameter=logprobs, value=21\)$/,
    ],
    [
      'chat',
      { top_logprobs: 2 },
      /when using `top_logprobs`, `logprobs` must be set to true\. \(parameter=top_logprobs\)/,
    ],
    [
      'chat',
      { logprobs: true, top_logprobs: -2 },
      /`top_logprobs` must be a positive value or -1\. \(parameter=top_logprobs, value=-2\)/,
    ],
    [
      'completion',
      { prompt: 'a', logprobs: -3 },
      /`logprobs` must be a positive value or -1\. \(parameter=logprobs, value=-3\)/,
    ],
    ['completion', { prompt: 'a', logprobs: -1 }, /greater than max allowed: 20/],
  ])('%s %j is refused', async (route, body, message) => {
    const { port } = await serveForTest()
    const reply = await (route === 'chat' ? chat : completion)(port, body)
    expect([reply.status, reply.json().error.message]).toEqual([400, expect.stringMatching(message)])
  })
})

describe('echo', () => {
  test('a prompt comes before the reply, with how likely it was, and is then not looked up in the cache', async () => {
    const { port, log } = await serveForTest()
    const prompt = `baba ${wordsOf(70)}`
    await completion(port, { prompt, max_tokens: 1 })
    const { choices } = (await completion(port, { prompt, max_tokens: 2, echo: true, logprobs: 0 })).json()
    const { text, logprobs } = choices[0]
    expect(text.startsWith(prompt)).toBe(true)
    expect(logprobs.tokens.join('')).toBe(text)
    expect(logprobs.tokens).toHaveLength(73)
    // Nothing comes before the first; no word of the others is one that the model says.
    expect(logprobs.token_logprobs.slice(0, 3)).toEqual([null, -9999, -9999])
    expect(logprobs.top_logprobs[0]).toBeNull()
    expect(logprobs.token_logprobs[71]).toBeCloseTo(ofWord, 12)
    expect(log.map(({ cachedTokens }) => cachedTokens)).toEqual([0, 0])
    await completion(port, { prompt, max_tokens: 1, echo: true })
    expect(log.at(-1)!.cachedTokens).toBe(64)
  })

  test('alone, where no token is wanted: one is made, and not told', async () => {
    const { port } = await serveForTest()
    const { choices, usage } = (await completion(port, { prompt: [0, 1], max_tokens: 0, echo: true })).json()
    expect(choices[0]).toMatchObject({ text: ' baba babe', finish_reason: 'length' })
    expect(usage).toMatchObject({ prompt_tokens: 2, completion_tokens: 1 })
    expect((await completion(port, { prompt: 'a', max_tokens: 0 })).json().error.message).toMatch(
      /max_tokens must be at least 1/,
    )
  })

  test('in a stream it comes with the first token; with ids it has no text', async () => {
    const { port } = await serveForTest()
    const first = async (more: object) => {
      const body = { prompt: 'one two', max_tokens: 2, echo: true, stream: true, ...more }
      return (
        (await completion(port, body)).events() as { choices: [{ text: string; prompt_token_ids: number[] }] }[]
      )[0]!.choices[0]
    }
    expect(await first({})).toMatchObject({
      text: expect.stringMatching(/^one two [a-z]{4}$/),
      prompt_token_ids: [expect.any(Number), expect.any(Number)],
    })
    expect((await first({ return_token_ids: true })).text).toMatch(/^ [a-z]{4}$/)
  })

  test("in a chat it is the last message, where that is the assistant's", async () => {
    const { port } = await serveForTest()
    const begun = [...messages, { role: 'assistant', content: 'It begins' }]
    const { choices } = (await chat(port, { messages: begun, echo: true, max_tokens: 1 })).json()
    expect(choices[0].message.content).toMatch(/^It begins [a-z]{4}$/)
    const chunks = (await chat(port, { messages: begun, echo: true, max_tokens: 1, stream: true })).events() as Chunk[]
    expect(chunks[1]!.choices[0]!.delta).toEqual({ content: 'It begins' })
    expect((await chat(port, { echo: true, max_tokens: 1 })).json().choices[0].message.content).toMatch(/^ [a-z]{4}$/)
  })
})

test.each<[string, object]>([
  ['/v1/responses', { model: 'tiny', input: 'a', n: 2 }],
  ['/v1/messages', { model: 'tiny', messages, max_tokens: 1, n: 2 }],
])('%s tells one choice', async (path, body) => {
  const { port } = await serveForTest()
  const reply = await ask(port, path, body)
  // Anthropic's protocol knows no such field, and takes it for nothing.
  expect(reply.status).toBe(path === '/v1/messages' ? 200 : 400)
})
