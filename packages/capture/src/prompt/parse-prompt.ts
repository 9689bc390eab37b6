import { createHash } from 'node:crypto'
import { isObject, type JsonObject, listAt, textAt } from '@reprise/wire'
import type { ExchangeRequest } from '../exchange.ts'
import type { Prompt, PromptPart } from './prompt-part.ts'

/**
 * The prompt in the body of a request, in the order in which a model reads it; undefined where it is none, or several.
 *
 * Source: the API references of OpenAI (chat completions, completions, responses) and Anthropic (messages).
 */
export function parsePrompt(form: ExchangeRequest['form'], body: unknown): Prompt | undefined {
  if (!isObject(body) || asksForSeveral(body)) return undefined
  const parts = readers[form](body)
  const model = textAt(body, 'model')
  return parts.length === 0 ? undefined : { parts, ...(model !== undefined && { model }) }
}

const readers: Record<ExchangeRequest['form'], (body: JsonObject) => PromptPart[]> = {
  chat: (body) => [...headOf(body.tools), ...listAt(body, 'messages').flatMap(chatPart)],
  completions: (body) => completionParts(body.prompt),
  responses: (body) => [
    ...headOf(body.tools),
    ...headOf(body.instructions),
    ...(typeof body.input === 'string' ? [part('user', [body.input])] : listAt(body, 'input').flatMap(responsesPart)),
  ],
  messages: (body) => [
    ...headOf(body.tools),
    ...(body.system === undefined ? [] : headOf(textOfContent(body.system))),
    ...listAt(body, 'messages').flatMap(anthropicPart),
  ],
}

/** Several answers share one prompt: no record of a trace says so. */
function asksForSeveral({ n, best_of: bestOf }: JsonObject): boolean {
  return [n, bestOf].some((count) => typeof count === 'number' && count > 1)
}

function part(role: PromptPart['role'], texts: readonly string[], answers: readonly string[] = []): PromptPart {
  return { role, text: texts.filter((text) => text !== '').join('\n'), answers }
}

function headOf(value: unknown): PromptPart[] {
  if (value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)) return []
  return [part('head', [typeof value === 'string' ? value : json(value)])]
}

function chatPart(message: unknown): PromptPart[] {
  if (!isObject(message)) return []
  const { role, content, tool_calls: calls, function_call: call } = message
  const said = [textOfContent(content), ...[calls, call].flatMap((each) => (each == null ? [] : [json(each)]))]
  if (role === 'system' || role === 'developer') return [part('head', said)]
  if (role === 'assistant') return [part('assistant', said)]
  if (role === 'tool' || role === 'function') return [part('tool', said, idsOf(message, 'tool_call_id'))]
  return [part('user', said)]
}

function responsesPart(item: unknown): PromptPart[] {
  if (!isObject(item)) return []
  const type = textAt(item, 'type') ?? 'message'
  if (type === 'message') return chatPart(item)
  const said = ['name', 'arguments', 'input', 'output', 'summary', 'content'].map((field) => textOfContent(item[field]))
  return type.endsWith('_output') ? [part('tool', said, idsOf(item, 'call_id'))] : [part('assistant', said)]
}

/** Results of tools stand in messages of the user. */
function anthropicPart(message: unknown): PromptPart[] {
  if (!isObject(message)) return []
  const answers = listAt(message, 'content').flatMap((block) => (isObject(block) ? idsOf(block, 'tool_use_id') : []))
  const role = message.role === 'assistant' ? 'assistant' : answers.length > 0 ? 'tool' : 'user'
  return [part(role, [textOfContent(message.content)], answers)]
}

function completionParts(prompt: unknown): PromptPart[] {
  if (typeof prompt === 'string') return [part('user', [prompt])]
  if (!Array.isArray(prompt)) return []
  if (prompt.length === 1 && typeof prompt[0] !== 'number') return completionParts(prompt[0])
  const isTokens = prompt.length > 0 && prompt.every((id) => Number.isInteger(id) && id >= 0 && id < 2 ** 32)
  if (!isTokens) return []
  const tokens = Uint32Array.from(prompt)
  return [{ ...part('user', [`tokens ${digestOf(Buffer.from(tokens.buffer))}`]), tokens }]
}

function idsOf(value: JsonObject, field: string): string[] {
  const id = textAt(value, field)
  return id === undefined ? [] : [id]
}

/** Of a text, a list of parts, or a part. What is no text (a picture) stands as what it is and a digest. */
function textOfContent(content: unknown): string {
  if (typeof content === 'string') return content
  if (Array.isArray(content)) return content.map(textOfContent).join('')
  if (!isObject(content)) return ''
  for (const field of ['text', 'refusal', 'thinking']) if (typeof content[field] === 'string') return content[field]
  if (content.type === 'tool_use') return `${textAt(content, 'name') ?? ''}${json(content.input ?? {})}`
  if (content.type === 'tool_result' || content.type === 'message') return textOfContent(content.content)
  return `[${textAt(content, 'type') ?? 'part'} ${digestOf(json(content))}]`
}

/** As JSON; what marks where a cache may end moves from turn to turn, and is no part of the prompt. */
function json(value: unknown): string {
  return JSON.stringify(value, (key, each: unknown) => (key === 'cache_control' ? undefined : each)) ?? ''
}

function digestOf(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex').slice(0, 16)
}
