import { isObject, type JsonObject, listAt, objectAt, textAt } from './json-fields.ts'
import { NO_TEXT, type ReplyText, type ToolCall } from './reply-choice.ts'

/** What one event of a stream of `/v1/messages` brought. */
export type MessagesEvent =
  | { readonly kind: 'text'; readonly text: ReplyText }
  /** Counts so far, in the words of chat completions; the reason comes with those of the end. */
  | { readonly kind: 'counts'; readonly usage: JsonObject | undefined; readonly finishReason: string | undefined }
  | { readonly kind: 'done' }
  | { readonly kind: 'bare' }

const TYPES: ReadonlySet<string> = new Set([
  'message_start',
  'content_block_start',
  'content_block_delta',
  'content_block_stop',
  'message_delta',
  'message_stop',
  'ping',
])

/** Its stop reasons in the words of chat completions; others stay as they are. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['tool_use', 'tool_calls'],
  ['refusal', 'content_filter'],
])

/** Calls of tools of the client, of the server and of MCP. */
const CALL = /tool_use$/

/** Whether an event is one of `/v1/messages`. Its errors are those of every server: `parseServerError`. */
export function isMessagesEvent(body: JsonObject): boolean {
  return typeof body.type === 'string' && TYPES.has(body.type)
}

/**
 * Reads an event of `/v1/messages`.
 *
 * Source: Anthropic's Messages API, "Streaming messages"; vLLM, SGLang and Dynamo send the same.
 */
export function readMessagesEvent(body: JsonObject): MessagesEvent {
  switch (body.type) {
    case 'message_start': {
      // It counts an output token that has not come; what came is told by the end.
      const { output_tokens: _notYet, ...usage } = usageOf(objectAt(body, 'message') ?? {}) ?? {}
      return { kind: 'counts', usage, finishReason: undefined }
    }
    case 'message_delta':
      return {
        kind: 'counts',
        usage: usageOf(body),
        finishReason: finishReasonOfMessage(objectAt(body, 'delta') ?? {}),
      }
    case 'content_block_start':
      return textEvent(textOfBlock(objectAt(body, 'content_block'), indexOf(body)))
    case 'content_block_delta':
      return textEvent(textOfDelta(objectAt(body, 'delta') ?? {}))
    default:
      return { kind: body.type === 'message_stop' ? 'done' : 'bare' }
  }
}

/** Why a message, or the event that ends one, stopped, in the words of chat completions. */
export function finishReasonOfMessage(message: JsonObject): string | undefined {
  const reason = textAt(message, 'stop_reason')
  return reason === undefined ? undefined : (REASONS.get(reason) ?? reason)
}

/** The text in the `content` of a message that came in one piece. */
export function textOfMessage(message: JsonObject): ReplyText {
  let [answer, reasoning, tool] = ['', '', '']
  const calls: ToolCall[] = []
  for (const [index, block] of listAt(message, 'content').entries()) {
    const text = isObject(block) ? textOfBlock(block, index) : NO_TEXT
    answer += text.answer
    reasoning += text.reasoning
    tool += text.tool
    calls.push(...(text.calls ?? []))
  }
  return { answer, reasoning, tool, ...(calls.length > 0 && { calls }) }
}

/**
 * The counts of a message in the words of responses; undefined where it tells none.
 *
 * Its `input_tokens` are those behind what the cache held and what was written to it: a prompt is all three.
 */
export function usageOf(message: JsonObject): JsonObject | undefined {
  const usage = objectAt(message, 'usage')
  if (!usage) return undefined
  const { input_tokens, output_tokens, cache_read_input_tokens: read, cache_creation_input_tokens: written } = usage
  const parts = [input_tokens, read, written].filter((count) => count !== undefined && count !== null)
  const isCounted = parts.every((count) => typeof count === 'number')
  return {
    // The end of a message may tell the output alone.
    ...(input_tokens !== undefined && {
      input_tokens: isCounted ? parts.reduce((sum, count) => sum + count, 0) : input_tokens,
    }),
    output_tokens,
    ...(read !== undefined && read !== null && { input_tokens_details: { cached_tokens: read } }),
  }
}

function textEvent(text: ReplyText): MessagesEvent {
  return text.answer + text.reasoning + text.tool === '' ? { kind: 'bare' } : { kind: 'text', text }
}

function textOfBlock(block: JsonObject | undefined, index: number): ReplyText {
  const type = block && textAt(block, 'type')
  if (!block || type === undefined) return NO_TEXT
  if (CALL.test(type)) return textOfCall(block, index)
  if (type === 'text') return { ...NO_TEXT, answer: textAt(block, 'text') ?? '' }
  if (/thinking$/.test(type)) return { ...NO_TEXT, reasoning: textAt(block, 'thinking') ?? textAt(block, 'data') ?? '' }
  return NO_TEXT
}

function textOfCall(block: JsonObject, index: number): ReplyText {
  const [id, name, input] = [textAt(block, 'id'), textAt(block, 'name'), objectAt(block, 'input')]
  // A stream begins with an empty one, and brings it in deltas.
  const given = input && Object.keys(input).length > 0 ? JSON.stringify(input) : ''
  const calls = name === undefined ? undefined : [{ choice: 0, index, ...(id !== undefined && { id }), name }]
  return { ...NO_TEXT, tool: (name ?? '') + given, ...(calls && { calls }) }
}

function textOfDelta(delta: JsonObject): ReplyText {
  const [answer, reasoning, tool] = ['text', 'thinking', 'partial_json'].map((field) => textAt(delta, field) ?? '')
  return { answer: answer!, reasoning: reasoning!, tool: tool! }
}

function indexOf(body: JsonObject): number {
  return typeof body.index === 'number' ? body.index : 0
}
