import { expect, test } from 'vitest'
import { sendRaw } from '../raw-reply.fixture.ts'
import { wordsOf } from '../serve.fixture.ts'
import { serveSglangForTest } from './serve-sglang.fixture.ts'

// Anthropic's protocol as SGLang 0.5.23 speaks it (`entrypoints/anthropic`): fields in the order of its models, those without a value left out.

const messages = [{ role: 'user', content: wordsOf(130) }]

async function serve() {
  const { port } = await serveSglangForTest()
  return async (fields: object, path = '/v1/messages') => {
    const body = { model: 'other', messages, max_tokens: 2, temperature: 0, ...fields }
    const reply = await sendRaw(port, { method: 'POST', path, body })
    return { status: reply.status, text: reply.body.replace(/msg_[\da-f]{32}/g, 'msg_ID') }
  }
}

test('a stream: the opening tells what was found in the cache, the end counts the reply alone', async () => {
  const send = await serve()
  await send({})
  const { text } = await send({ stream: true })
  expect(text.replace(/(?<="text":" )\w+/g, 'WORD')).toBe(
    [
      'event: message_start\ndata: {"type":"message_start","message":{"id":"msg_ID","type":"message","role":"assistant","content":[],"model":"other",' +
        '"usage":{"input_tokens":2,"output_tokens":0,"cache_read_input_tokens":128}}}',
      'event: content_block_start\ndata: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}',
      'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" WORD"}}',
      'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" WORD"}}',
      'event: content_block_stop\ndata: {"type":"content_block_stop","index":0}',
      'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"max_tokens"},"usage":{"output_tokens":2}}',
      'event: message_stop\ndata: {"type":"message_stop"}\n\n',
    ].join('\n\n'),
  )
})

test('a whole reply; one that a stop string ends has ended its turn', async () => {
  const send = await serve()
  const first = JSON.parse((await send({})).text)
  expect(first).toEqual({
    ...{ id: 'msg_ID', type: 'message', role: 'assistant', model: 'other', stop_reason: 'max_tokens' },
    content: [{ type: 'text', text: expect.stringMatching(/^ \w+ \w+$/) }],
    usage: { input_tokens: 130, output_tokens: 2 },
  })
  const stop_sequences = [first.content[0].text.split(' ')[2]]
  expect(JSON.parse((await send({ stop_sequences })).text)).toMatchObject({ stop_reason: 'end_turn' })
})

test("Claude Code's header is part of the prompt, and is counted", async () => {
  const send = await serve()
  const tokens = async (system: object[]) => JSON.parse((await send({ system }, '/v1/messages/count_tokens')).text)
  const said = { type: 'text', text: 'be brief' }
  expect(await tokens([said])).toEqual({ input_tokens: 132 })
  expect(await tokens([{ type: 'text', text: 'x-anthropic-billing-header: cch=1; ' }, said])).toEqual({
    input_tokens: 134,
  })
})

test('what is refused is told in the form of Anthropic', async () => {
  const send = await serve()
  const told = async (fields: object, path?: string) => {
    const { status, text } = await send(fields, path)
    return { status, ...JSON.parse(text) }
  }
  const refused = (type: string, message: string) => ({ status: 400, type: 'error', error: { type, message } })
  expect(await told({ max_tokens: undefined })).toEqual(refused('invalid_request_error', 'max_tokens: Field required'))
  expect(await told({ messages: undefined }, '/v1/messages/count_tokens')).toEqual(
    refused('invalid_request_error', 'messages: Field required'),
  )
  expect(await told({ top_p: 2 })).toEqual(refused('BadRequestError', 'top_p must be in (0, 1], got 2.0.'))
})
