import { parseServerError, type ServerError } from './error-class.ts'
import { isObject, type JsonObject, listAt, objectAt, textAt } from './json-fields.ts'
import { NO_TEXT, type ReplyText, type ToolCall } from './reply-choice.ts'
import { callText } from './reply-parts.ts'

/** What one event of a stream of `/v1/responses` brought. */
export type ResponsesEvent =
  | { readonly kind: 'text'; readonly text: ReplyText }
  /** The last event: `response` holds the usage of all of it. */
  | { readonly kind: 'end'; readonly response: JsonObject; readonly finishReason: string }
  | { readonly kind: 'error'; readonly error: ServerError }
  | { readonly kind: 'bare' }

/** Which kind of text a delta brings, by the name of its event. What a server adds to them is taken for the answer. */
const DELTA = /^response\.(.+)\.delta$/
const REASONING = /reason|think/
const TOOL = /_call|tool|arguments/

/** Whether an event is one of `/v1/responses`: they alone name their type so. */
export function isResponsesEvent(body: JsonObject): boolean {
  return typeof body.type === 'string' && body.type.startsWith('response.')
}

/**
 * Reads an event of `/v1/responses`.
 *
 * Source: OpenAI's Responses API, "Streaming events"; vLLM and SGLang send the same.
 */
export function readResponsesEvent(body: JsonObject): ResponsesEvent {
  const type = textAt(body, 'type') ?? ''
  const response = objectAt(body, 'response') ?? {}
  if (type === 'response.completed' || type === 'response.incomplete' || type === 'response.done')
    return { kind: 'end', response, finishReason: finishReasonOfResponse(response) }
  if (type === 'response.failed' || type === 'response.error' || type === 'response.cancelled')
    return { kind: 'error', error: errorOf(response, body) }
  const called = type === 'response.output_item.added' ? calledIn(body) : undefined
  const name = callText(called)
  if (name !== '') return { kind: 'text', text: { ...NO_TEXT, tool: name, ...callsOf(called, body.output_index) } }
  const kind = DELTA.exec(type)?.[1]
  const delta = textAt(body, 'delta')
  if (kind === undefined || delta === undefined) return { kind: 'bare' }
  if (REASONING.test(kind)) return { kind: 'text', text: { ...NO_TEXT, reasoning: delta } }
  return { kind: 'text', text: TOOL.test(kind) ? { ...NO_TEXT, tool: delta } : { ...NO_TEXT, answer: delta } }
}

/** Why a response ended, in the words of chat completions. */
export function finishReasonOfResponse(response: JsonObject): string {
  const reason = textAt(objectAt(response, 'incomplete_details') ?? {}, 'reason')
  if (reason === undefined) return textAt(response, 'status') === 'incomplete' ? 'length' : 'stop'
  return /max_(output_)?tokens|length/.test(reason) ? 'length' : reason
}

/** The text in the `output` of a response that came in one piece. */
export function textOfOutput(response: JsonObject): ReplyText {
  const text = { answer: '', reasoning: '', tool: '' }
  const calls: ToolCall[] = []
  for (const [index, item] of listAt(response, 'output').entries()) {
    if (!isObject(item)) continue
    const isReasoning = REASONING.test(textAt(item, 'type') ?? '')
    for (const part of [...listAt(item, 'content'), ...listAt(item, 'summary')]) {
      if (!isObject(part)) continue
      const said = textAt(part, 'text') ?? textAt(part, 'refusal') ?? ''
      if (isReasoning) text.reasoning += said
      else text.answer += said
    }
    text.tool += callText(item)
    if (TOOL.test(textAt(item, 'type') ?? '')) calls.push(...(callsOf(item, index).calls ?? []))
  }
  return calls.length > 0 ? { ...text, calls } : text
}

function callsOf(item: JsonObject | undefined, index: unknown): Pick<ReplyText, 'calls'> {
  const name = item && textAt(item, 'name')
  if (!item || name === undefined) return {}
  const id = textAt(item, 'call_id') ?? textAt(item, 'id')
  return { calls: [{ choice: 0, index: typeof index === 'number' ? index : 0, ...(id !== undefined && { id }), name }] }
}

function calledIn(body: JsonObject): JsonObject | undefined {
  const item = objectAt(body, 'item')
  return item && TOOL.test(textAt(item, 'type') ?? '') ? item : undefined
}

function errorOf(response: JsonObject, body: JsonObject): ServerError {
  const { type: _type, ...rest } = body
  return parseServerError(response) ?? parseServerError(rest) ?? { message: 'the response failed, without saying why' }
}
