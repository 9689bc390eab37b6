import type { ExchangeReply, ExchangeRequest } from '../exchange.ts'
import type { Identity } from '../identity/session-tree.ts'

/** As Dynamo names its endpoints. */
const endpoints = {
  chat: 'openai.chat_completion',
  completions: 'openai.completion',
  responses: 'openai.response',
  messages: 'anthropic.message',
} as const

/**
 * What was asked and what was answered, in plain text, as a row of Dynamo's request trace; a replay passes it over.
 *
 * @param body of the request, parsed.
 */
export function renderPayload({
  request,
  reply,
  body,
  model,
  identity,
  originUnixMs,
}: {
  readonly request: Pick<ExchangeRequest, 'id' | 'form'>
  readonly reply: Pick<ExchangeReply, 'text' | 'end' | 'doneMs'>
  readonly body: unknown
  readonly model?: string
  readonly identity: Identity
  readonly originUnixMs: number
}): string {
  const isComplete = reply.end === 'complete'
  return JSON.stringify({
    schema: 'dynamo.request.trace.v1',
    event_type: 'request_payload',
    event_time_unix_ms: Math.round(originUnixMs + reply.doneMs),
    event_source: 'dynamo',
    agent_context: { session_id: identity.session },
    payload: {
      ...{ request_id: request.id, endpoint: endpoints[request.form], model: model ?? 'unknown', request: body },
      response: reply.text,
      payload_complete: isComplete,
      ...(!isComplete && { payload_drop_reason: reply.end }),
    },
  })
}
