import { expect, test } from 'vitest'
import { sendRaw } from '../raw-reply.fixture.ts'
import { wordsOf } from '../serve.fixture.ts'
import { serveSglangForTest } from './serve-sglang.fixture.ts'

// OpenAI's Responses API as SGLang 0.5.23 speaks it (`entrypoints/openai/serving_responses.py`, `protocol.py`).

async function serve() {
  const { port } = await serveSglangForTest()
  return async (fields: object) => {
    const body = { input: wordsOf(130), temperature: 0, ...fields }
    return sendRaw(port, { method: 'POST', path: '/v1/responses', body })
  }
}

const asked = { max_output_tokens: 5, instructions: 'be brief', metadata: { a: 'b' }, user: 'me' }

test('a whole response: two tokens fewer than were asked for, what was asked, and no logarithms of anything', async () => {
  const send = await serve()
  await send(asked)
  const reply = JSON.parse((await send(asked)).body)
  expect(Object.keys(reply).join(' ')).toBe(
    'id object created_at model output status usage parallel_tool_calls tool_choice tools error incomplete_details instructions max_output_tokens ' +
      'previous_response_id reasoning store temperature text top_p truncation user metadata',
  )
  expect(reply).toMatchObject({
    ...{ id: expect.stringMatching(/^resp_[\da-f]{32}$/), object: 'response', model: 'tiny', status: 'incomplete' },
    usage: {
      ...{ input_tokens: 132, input_tokens_details: { cached_tokens: 128, cache_write_tokens: 0 } },
      ...{ output_tokens: 3, output_tokens_details: { reasoning_tokens: 0 }, total_tokens: 135 },
    },
    ...{ error: null, incomplete_details: { reason: 'max_output_tokens' }, previous_response_id: null, store: true },
    ...{ reasoning: { effort: null, summary: null }, text: { format: { type: 'text' } }, truncation: 'disabled' },
    ...asked,
  })
  expect(reply.output).toEqual([
    {
      ...{ id: expect.stringMatching(/^msg_/), role: 'assistant', status: 'completed', type: 'message' },
      content: [
        { annotations: [], text: expect.stringMatching(/^ \w+ \w+ \w+$/), type: 'output_text', logprobs: null },
      ],
      phase: 'final_answer',
    },
  ])
})

test('a stream: numbered events, the first text opens the message, the last event has all of it', async () => {
  const send = await serve()
  const { body } = await send({ ...asked, max_output_tokens: 4, stream: true })
  const lines = body.split('\n').filter((line) => line.startsWith('data: '))
  const events: Record<string, unknown>[] = lines.map((line) => JSON.parse(line.slice(6)))
  expect(events.map(({ type }) => type)).toEqual([
    ...['response.created', 'response.in_progress', 'response.output_item.added', 'response.content_part.added'],
    ...['response.output_text.delta', 'response.output_text.delta', 'response.output_text.done'],
    ...['response.content_part.done', 'response.output_item.done', 'response.incomplete'],
  ])
  expect(events.map(({ sequence_number }) => sequence_number)).toEqual(events.map((_, at) => at))
  expect(body).not.toContain('[DONE]')
  const keys = (at: number) => Object.keys(events[at]!).join(' ')
  expect([0, 2, 3, 4, 6].map(keys)).toEqual([
    'type response sequence_number',
    'item output_index sequence_number type',
    'content_index item_id output_index part sequence_number type',
    'content_index delta item_id output_index logprobs sequence_number type',
    'content_index item_id output_index logprobs sequence_number text type',
  ])
  expect(events[0]).toMatchObject({ response: { status: 'in_progress', output: [], usage: null, text: null } })
  const { response } = events.at(-1) as { response: { output: { content: { text: string }[] }[]; usage: object } }
  expect(response.output[0]!.content[0]!.text).toBe((events[6] as { text?: string }).text)
  expect(response.usage).toMatchObject({ output_tokens: 2, total_tokens: 134 })
})

test('what is refused is told as OpenAI tells it: other models, what would have to be kept, fields that are none', async () => {
  const send = await serve()
  const refused = async (fields: object) => {
    const { status, body } = await send(fields)
    return { status, ...JSON.parse(body).error }
  }
  expect(await refused({ model: 'other' })).toEqual({
    ...{ status: 404, message: "The model 'other' does not exist", type: 'invalid_request_error' },
    ...{ param: 'model', code: 404 },
  })
  expect(await refused({ previous_response_id: 'resp_1' })).toMatchObject({
    status: 400,
    param: 'previous_response_id',
  })
  expect(await refused({ background: true })).toMatchObject({ status: 400, param: 'background' })
  expect(await refused({ input: 7 })).toMatchObject({ type: 'Bad Request', param: null, code: 400 })
  expect(await refused({ text: { format: { type: 'json_schema' } } })).toMatchObject({ param: 'text' })
  expect(await refused({ include: ['message.output_text.logprobs'] })).toMatchObject({ param: 'include' })
  // Two fewer are none to make a reply of.
  expect(await refused({ max_output_tokens: 1 })).toMatchObject({
    message: 'max_new_tokens must be at least 0, got -1.',
  })
})
