import http from 'node:http'
import type { AddressInfo } from 'node:net'

/** What its replies count. The prompt is all three of them. */
const usage = { input_tokens: 7, cache_creation_input_tokens: 20, cache_read_input_tokens: 100 }
export const promptTokens = 127

/**
 * A server of Anthropic's Messages: thinks, says a word, and calls a tool; streamed where it is asked to.
 *
 * Source: Anthropic's Messages API, "Streaming messages".
 */
export async function startMessagesServer(): Promise<{ readonly url: string; close(): void }> {
  const server = http.createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    if (request.url?.replace(/\?.*/, '') !== '/v1/messages') {
      response.writeHead(404).end()
      return
    }
    const { stream, model } = JSON.parse(body) as { stream?: boolean; model: string }
    if (!stream) {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(
        JSON.stringify({
          ...message(model),
          content: blocks,
          stop_reason: 'tool_use',
          usage: { ...usage, output_tokens: 9 },
        }),
      )
      return
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const event of eventsOf(model)) response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

const message = (model: string) => ({ id: 'msg_1', type: 'message', role: 'assistant', model, stop_sequence: null })

const blocks = [
  { type: 'thinking', thinking: 'hm', signature: 'c2ln' },
  { type: 'text', text: 'so' },
  { type: 'tool_use', id: 'toolu_1', name: 'list', input: { path: '.' } },
]

function eventsOf(model: string): readonly { readonly type: string; readonly [field: string]: unknown }[] {
  const start = { ...message(model), content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } }
  const deltas = [
    { type: 'thinking_delta', thinking: 'hm' },
    { type: 'text_delta', text: 'so' },
    { type: 'input_json_delta', partial_json: '{"path":"."}' },
  ]
  const empty = [
    { type: 'thinking', thinking: '', signature: '' },
    { type: 'text', text: '' },
    { ...blocks[2], input: {} },
  ]
  return [
    { type: 'message_start', message: start },
    ...deltas.flatMap((delta, index) => [
      { type: 'content_block_start', index, content_block: empty[index] },
      { type: 'ping' },
      { type: 'content_block_delta', index, delta },
      { type: 'content_block_stop', index },
    ]),
    { type: 'message_delta', delta: { stop_reason: 'tool_use', stop_sequence: null }, usage: { output_tokens: 9 } },
    { type: 'message_stop' },
  ]
}
