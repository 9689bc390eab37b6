import { isObject, type JsonObject, listAt, objectAt, textAt } from './json-fields.ts'
import { answerInParts, callText, reasoningInParts } from './reply-parts.ts'

/** What a server generated, by kind; empty text where there is none of it. */
export interface ReplyText {
  readonly answer: string
  /** Thinking, under any of its names on the wire. */
  readonly reasoning: string
  /** Names and arguments of tool calls, as they came. */
  readonly tool: string
  /** Calls that name their tool, where there are any: of a stream in the first chunk of each. */
  readonly calls?: readonly ToolCall[]
}

/** A call of a tool, without what it was given. */
export interface ToolCall {
  /** Of the answers to one request. */
  readonly choice: number
  /** As the API numbers it: among the calls of its choice, or among all parts of the reply. */
  readonly index: number
  readonly id?: string
  readonly name: string
}

/** What brings none. */
export const NO_TEXT: ReplyText = { answer: '', reasoning: '', tool: '' }

/** The generated text in the `choices` of a body or of a chunk: `message`, `delta` and the completion route's `text` alike. */
export function textOfChoices(body: JsonObject): ReplyText {
  let answer = ''
  let reasoning = ''
  let tool = ''
  let calls: ToolCall[] | undefined
  for (const choice of listAt(body, 'choices')) {
    if (!isObject(choice)) continue
    const delta = objectAt(choice, 'delta')
    const part = delta ?? objectAt(choice, 'message') ?? choice
    const plainAnswer = textAt(part, 'content') ?? textAt(part, 'refusal') ?? textAt(choice, 'text')
    const plainReasoning = textAt(part, 'reasoning') ?? textAt(part, 'reasoning_content')
    answer += plainAnswer ?? answerInParts(part)
    // A chunk that has its plain text is not searched for what it might bring beside it; a whole message is.
    if (plainReasoning !== undefined) reasoning += plainReasoning
    else if (plainAnswer === undefined || delta === undefined) reasoning += reasoningInParts(part)
    const called = toolText(part)
    if (called === '') continue
    tool += called
    const named = callsIn(part, typeof choice.index === 'number' ? choice.index : 0)
    if (named.length > 0) calls = [...(calls ?? []), ...named]
  }
  return calls ? { answer, reasoning, tool, calls } : { answer, reasoning, tool }
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
  let text = callText(objectAt(part, 'function_call'))
  for (const call of listAt(part, 'tool_calls')) {
    if (isObject(call)) text += callText(objectAt(call, 'function') ?? objectAt(call, 'custom'))
  }
  return text
}

function callsIn(part: JsonObject, choice: number): ToolCall[] {
  const old = objectAt(part, 'function_call')
  const called = old ? [{ function: old }] : listAt(part, 'tool_calls')
  return called.flatMap((call, at) => {
    if (!isObject(call)) return []
    const name = textAt(objectAt(call, 'function') ?? objectAt(call, 'custom') ?? {}, 'name')
    const id = textAt(call, 'id')
    const index = typeof call.index === 'number' ? call.index : at
    return name === undefined ? [] : [{ choice, index, ...(id !== undefined && { id }), name }]
  })
}
