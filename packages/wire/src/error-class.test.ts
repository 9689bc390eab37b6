import { describe, expect, test } from 'vitest'
import { blamedField, classifyRefusal, classifyStreamError, parseNamedError, parseServerError } from './error-class.ts'

describe('classifyRefusal', () => {
  test.each([
    ["This model's maximum context length is 8192 tokens. However, you requested 9000 tokens"],
    [
      "You passed 9000 input tokens and requested 1 output tokens. However, the model's context length is only 8192 tokens",
    ],
    ['max_tokens=9000 cannot be greater than max_model_len=8192. Please request fewer output tokens.'],
    ["'max_tokens' or 'max_completion_tokens' is too large: 9000. This model's maximum context length is 8192 tokens"],
    ['The decoder prompt (length 9000) is longer than the maximum model length of 8192.'],
    ["The input (9000 tokens) is longer than the model's context length (8192 tokens)."],
    [
      'Input length (8190 tokens) exceeds the maximum allowed length (8186 tokens). Use a shorter input or enable --allow-auto-truncate.',
    ],
    ['Request prompt exceeds the KV memory budget: input_len=9000.'],
    ["Requested token count exceeds the model's maximum context length of 8192 tokens."],
    ['prompt is too long: 9000 tokens > 8192 maximum'],
    ['input length and `max_tokens` exceed context limit: 9000 + 1 > 8192'],
    ['the request exceeds the available context size. try increasing it'],
    ['The sum of prompt length (9000) and max_tokens (1) exceeds max_seq_len 8192'],
    ['Your input exceeds the context window of this model.'],
  ])('%s', (message) => {
    expect(classifyRefusal(400, JSON.stringify({ error: { message } })).kind).toBe('truncated')
    expect(classifyStreamError({ message }).kind).toBe('truncated')
  })

  test('the code may say it alone', () => {
    const body = { error: { message: 'Please shorten it.', code: 'context_length_exceeded' } }
    expect(classifyRefusal(400, JSON.stringify(body)).kind).toBe('truncated')
  })

  test.each([
    [400, 'bad-request'],
    [401, 'unauthorized'],
    [403, 'unauthorized'],
    [404, 'bad-request'],
    [408, 'timeout'],
    [204, 'malformed-reply'],
    [308, 'malformed-reply'],
    [422, 'bad-request'],
    [429, 'rate-limited'],
    [500, 'server-error'],
    [503, 'server-error'],
    [301, 'malformed-reply'],
  ])('%i is %s', (status, kind) => {
    expect(classifyRefusal(status, '{"error":{"message":"no"}}')).toEqual({ kind, message: 'no' })
  })

  test('a rate limit that speaks of the context is still a rate limit', () => {
    const body = '{"error":{"message":"too many tokens for this context length tier"}}'
    expect(classifyRefusal(429, body).kind).toBe('rate-limited')
  })

  test.each([
    [404, '{"error":{"message":"The model `x` does not exist.","param":"model"}}'],
    [404, '{"error":{"message":"The model x does not exist"}}'],
    [400, '{"error":{"message":"no such thing","code":"model_not_found"}}'],
    [404, '{"object":"error","message":"model \'x\' not found","code":404}'],
  ])('%i %s means an unknown model', (status, body) => {
    expect(classifyRefusal(status, body).kind).toBe('unknown-model')
  })

  test.each([
    ['', 'HTTP status 502'],
    ['<html>\n<b>Bad\tGateway</b>', '<html> <b>Bad Gateway</b>'],
    ['{"error":"plain"}', 'plain'],
    ['{"message":"top"}', 'top'],
    ['{"detail":[{"loc":["body","n"],"msg":"too big"}]}', 'too big (body.n)'],
    ['{"error":{"message":"\\u001b[31mred\\u202e\\r\\nline"}}', '[31mred line'],
  ])('the message of %s', (body, message) => {
    expect(classifyRefusal(502, body)).toEqual({ kind: 'server-error', message })
  })

  test('a long message is cut', () => {
    const { message } = classifyRefusal(500, JSON.stringify({ error: { message: '🙂'.repeat(5000) } }))
    expect(message.length).toBeLessThanOrEqual(400)
    expect(message.endsWith('🙂…')).toBe(true)
  })
})

test.each([
  [{ message: 'x', param: 'body.min_tokens' }, 'min_tokens'],
  [{ message: 'Unrecognized request argument supplied: ignore_eos' }, 'ignore_eos'],
  [{ message: 'min_tokensish' }, undefined],
])('blamedField %o', (error, field) => {
  expect(blamedField(error, ['min_tokens', 'ignore_eos'])).toBe(field)
})

describe('an error that was told with status 200', () => {
  test.each<[object, object]>([
    [{ error: 'it died' }, { message: 'it died' }],
    [{ error: 'it died', choices: [{ delta: { content: 'a' } }] }, { message: 'it died' }],
    [
      { error: { message: 'it died', code: 503 }, choices: [] },
      { message: 'it died', code: '503' },
    ],
    [{ error: ['it', 'died'] }, { message: '["it","died"]' }],
    [{ error: true, message: 'it died' }, { message: 'it died' }],
    [{ error: 500, msg: 'it died' }, { message: 'it died' }],
    [[{ error: { message: 'it died', status: 'UNAVAILABLE' } }], { message: 'it died' }],
    [
      { object: 'error', message: 'it died', type: 'E', choices: [] },
      { message: 'it died', type: 'E' },
    ],
    [
      { type: 'error', error: { type: 'overloaded_error', message: 'busy' } },
      { message: 'busy', type: 'overloaded_error' },
    ],
    [
      { code: 50001, msg: 'it died' },
      { message: 'it died', code: '50001' },
    ],
    [
      { code: 'Throttling', message: 'slow', choices: [] },
      { message: 'slow', code: 'Throttling' },
    ],
    [{ code: 500 }, { message: '{"code":500}' }],
    [
      { error_code: 17, error_msg: 'no quota' },
      { message: 'no quota', code: '17' },
    ],
    [{ detail: 'it died' }, { message: 'it died' }],
    [{ detail: { error: { message: 'it died' } } }, { message: 'it died' }],
    [{ detail: { reason: 'it died' } }, { message: '{"reason":"it died"}' }],
    [
      { success: false, errors: [{ code: 7, message: 'it died' }] },
      { message: 'it died', code: '7' },
    ],
    [{ base_resp: { status_code: 1002, status_msg: 'it died' } }, { message: 'it died' }],
    [{ success: false, reason: 'it died' }, { message: '{"success":false,"reason":"it died"}' }],
    [{ status: 'failed', reason: 'it died' }, { message: '{"status":"failed","reason":"it died"}' }],
  ])('%j', (body, error) => {
    expect(parseServerError(body)).toMatchObject(error)
  })

  test.each([
    [{ code: 0, msg: 'success' }],
    [{ base_resp: { status_code: 0, status_msg: '' } }],
    [{ success: true, status: 'running' }],
    [{ code: 200, message: 'ok', choices: [] }],
    [{ code: 'OK', message: 'fine' }],
    [{ code: '00000', msg: 'fine' }],
    [{ code: 0, choices: [{ delta: { content: 'a' } }], message: 'fine', detail: 'fine' }],
    [{ choices: [], usage: { prompt_tokens: 1 }, message: 'done' }],
    [{ type: 'ping' }],
    [{ error: {}, choices: [] }],
    [{ error: { code: 0, message: '' }, choices: [] }],
    [{ error: false, detail: null, errors: [], code: null }],
  ])('%j is none', (body) => {
    expect(parseServerError(body)).toBeUndefined()
  })

  test.each([
    ['{"error":{"message":"it died"}}', 'more', 'it died'],
    ['it died', '', 'it died'],
    ['"it died"', '', 'it died'],
    ['{"reason":"it died"}', '', '{"reason":"it died"}'],
    ['null', 'it died', 'it died'],
    ['null', '', 'an error without a message'],
    ['{"choices":[{"delta":{"content":"a"}}]}', 'it died', 'it died'],
    ['', 'it\u001b[2J died', 'it [2J died'],
    ['', '', 'an error without a message'],
  ])('an event named so, with %s and the comment "%s"', (data, comment, message) => {
    expect(parseNamedError(data, comment).message).toBe(message)
  })
})

test.each([[null], [[]], ['text'], [{ choices: [] }], [{ data: [] }], [{ error: null, choices: [] }]])(
  '%o is not an error',
  (body) => {
    expect(parseServerError(body)).toBeUndefined()
  },
)
