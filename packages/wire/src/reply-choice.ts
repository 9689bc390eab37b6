import { isObject, type JsonObject, listAt, objectAt, textAt } from './json-fields.ts'

/** What a server generated, by kind; empty text where there is none of it. */
export interface ReplyText {
  readonly answer: string
  /** Thinking, under either of its two names on the wire. */
  readonly reasoning: string
  /** Names and arguments of tool calls, as they came. */
  readonly tool: string
}

/** The generated text in the `choices` of a body or of a chunk: `message`, `delta` and the completion route's `text` alike. */
export function textOfChoices(body: JsonObject): ReplyText {
  let answer = ''
  let reasoning = ''
  let tool = ''
  for (const choice of listAt(body, 'choices')) {
    if (!isObject(choice)) continue
    const part = objectAt(choice, 'delta') ?? objectAt(choice, 'message') ?? choice
    answer += textAt(part, 'content') ?? textAt(part, 'refusal') ?? textAt(choice, 'text') ?? ''
    reasoning += textAt(part, 'reasoning') ?? textAt(part, 'reasoning_content') ?? ''
    tool += toolText(part)
  }
  return { answer, reasoning, tool }
}

/** The first finish reason that a choice names. */
export function finishReasonOf(body: JsonObject): string | undefined {
  for (const choice of listAt(body, 'choices')) {
    const reason = isObject(choice) ? textAt(choice, 'finish_reason') : undefined
    if (reason !== undefined) return reason
  }
  return undefined
}

/** How many token ids the choices list, where the server was asked to (vLLM's `return_token_ids`). */
export function tokenIdsOf(body: JsonObject): number | undefined {
  let count: number | undefined
  for (const choice of listAt(body, 'choices')) {
    if (isObject(choice) && Array.isArray(choice.token_ids)) count = (count ?? 0) + choice.token_ids.length
  }
  return count
}

function toolText(part: JsonObject): string {
  const calls = listAt(part, 'tool_calls').map((call) => (isObject(call) ? callText(objectAt(call, 'function')) : ''))
  return calls.join('') + callText(objectAt(part, 'function_call'))
}

function callText(call: JsonObject | undefined): string {
  return call ? (textAt(call, 'name') ?? '') + (textAt(call, 'arguments') ?? '') : ''
}
