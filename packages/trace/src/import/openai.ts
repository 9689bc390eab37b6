import type { Losses } from '../convert/losses.ts'
import { countOf, type Fields, fieldsOf, given, listOf, nameOf, textOf, tokensOf, unixMsOf } from './fields.ts'
import type { LogKind, LogReader } from './log-reader.ts'
import type { LoggedRequest } from './logged-request.ts'
import type { Link, PromptChains } from './prompt-chains.ts'

/**
 * Requests to an API like OpenAI's, one a line: the two files of a batch (`custom_id` with a `body` or a `response`), bodies alone, or `request` and
 * `response` together; of chat completions, completions, or responses.
 *
 * Source: the API reference of OpenAI (batch input and output objects, chat completions, responses).
 */
export const openai: LogKind = {
  name: 'openai',
  title: 'OpenAI requests',
  recognises: (record) => {
    const fields = fieldsOf(record)
    if (fields.custom_id !== undefined) return fields.body !== undefined || fields.response !== undefined
    return isBody(fields) || isBody(fieldsOf(fields.request))
  },
  reader: (chains, losses) => new OpenaiReader(chains, losses),
}

function isBody({ messages, input, prompt }: Fields): boolean {
  return Array.isArray(messages) || input !== undefined || typeof prompt === 'string'
}

interface Call {
  body?: Fields
  response?: Fields
  atMs?: number
}

class OpenaiReader implements LogReader {
  readonly #chains: PromptChains
  readonly #losses: Losses
  readonly #calls = new Map<string, Call>()

  constructor(chains: PromptChains, losses: Losses) {
    this.#chains = chains
    this.#losses = losses
  }

  add(record: unknown): void {
    const fields = fieldsOf(record)
    const custom = textOf(fields.custom_id)
    const call = this.#callOf(custom === undefined ? `line ${this.#calls.size}` : `custom ${custom}`)
    const body = custom !== undefined ? fields.body : (fields.request ?? (isBody(fields) ? fields : undefined))
    if (body !== undefined) call.body = fieldsOf(body)
    const response = fieldsOf(fields.response)
    if (fields.response !== undefined) call.response = fieldsOf(response.body ?? response)
    const at = fields.timestamp ?? fields.created_at ?? fields.start_time
    const atMs = typeof at === 'number' ? (at < 1e11 ? 1000 * at : at) : unixMsOf(at)
    if (atMs !== undefined) call.atMs = atMs
  }

  requests(): LoggedRequest[] {
    const sessionAt = new Map<Link, string>()
    return [...this.#calls.values()].flatMap(({ body, response, atMs }, index): LoggedRequest[] => {
      if (!body) {
        this.#losses.add('dropped', 'requests', 'replies whose request is not in the files')
        return []
      }
      const end = this.#promptOf(body)
      const id = `request-${String(index + 1).padStart(6, '0')}`
      const session = this.#sessionOf(end, sessionAt) ?? id
      sessionAt.set(end, session)
      return [this.#request({ body, response, atMs, id, session, end })]
    })
  }

  #callOf(key: string): Call {
    const known = this.#calls.get(key) ?? {}
    this.#calls.set(key, known)
    return known
  }

  /** The nearest earlier prompt that this one goes on from, each taken once. */
  #sessionOf(end: Link, sessionAt: Map<Link, string>): string | undefined {
    for (let link = end.before; link; link = link.before) {
      const session = sessionAt.get(link)
      if (session === undefined) continue
      sessionAt.delete(link)
      this.#losses.add('inferred', 'session', 'a prompt that goes on from an earlier one is of its session')
      return session
    }
    return undefined
  }

  #promptOf(body: Fields): Link {
    const texts = [
      ...(body.tools === undefined ? [] : [JSON.stringify(body.tools)]),
      ...(textOf(body.instructions) === undefined ? [] : [String(body.instructions)]),
      ...messagesOf(body).map(textOfMessage),
    ]
    let link = this.#chains.link(undefined, '')
    for (const text of texts) link = this.#chains.link(link, text)
    return link
  }

  #request({ body, response = {}, atMs, id, session, end }: Asked): LoggedRequest {
    const usage = fieldsOf(response.usage)
    const inputTokens = tokensOf(usage.prompt_tokens) ?? tokensOf(usage.input_tokens)
    const created = countOf(response.created) ?? countOf(response.created_at)
    if (atMs === undefined && created !== undefined)
      this.#losses.add('inferred', 'startMs', 'the second in which the reply was made')
    if (atMs === undefined && created === undefined) this.#losses.add('invented', 'startMs', 'all at once')
    const choice = fieldsOf(listOf(response.choices)[0])
    const limit = body.max_completion_tokens ?? body.max_output_tokens ?? body.max_tokens
    return given<LoggedRequest>({
      ...{ id, session, model: nameOf(response.model) ?? nameOf(body.model) ?? 'unknown' },
      startMs: atMs ?? (created === undefined ? undefined : 1000 * created),
      // What the server counted beyond the texts is its template's.
      prompt: inputTokens === undefined ? end : this.#chains.link(end, 'template', 'elastic'),
      inputTokens,
      outputTokens: tokensOf(usage.completion_tokens) ?? tokensOf(usage.output_tokens),
      outputText: replyOf(response, choice),
      maxTokens: tokensOf(limit),
      inputKinds: [...new Set(messagesOf(body).slice(-1).map(kindOf))],
      outputKinds: choice.message === undefined ? [] : [fieldsOf(choice.message).tool_calls ? 'function_call' : 'text'],
      stopReason: nameOf(choice.finish_reason),
    })
  }
}

interface Asked {
  readonly body: Fields
  readonly response: Fields | undefined
  readonly atMs: number | undefined
  readonly id: string
  readonly session: string
  readonly end: Link
}

function messagesOf({ messages, input, prompt }: Fields): readonly unknown[] {
  if (Array.isArray(messages)) return messages
  if (Array.isArray(input)) return input
  return [{ role: 'user', content: input ?? prompt }]
}

function textOfMessage(message: unknown): string {
  const { role, content, tool_calls, ...rest } = fieldsOf(message)
  const parts =
    typeof content === 'string'
      ? [content]
      : listOf(content).map((part) => textOf(fieldsOf(part).text) ?? JSON.stringify(part))
  const calls = tool_calls === undefined ? [] : [JSON.stringify(tool_calls)]
  const whole = content === undefined && calls.length === 0 ? [JSON.stringify(rest)] : []
  return [String(role ?? 'user'), ...parts, ...calls, ...whole].join('\n')
}

function kindOf(message: unknown): string {
  const { role, type } = fieldsOf(message)
  return role === 'tool' || type === 'function_call_output' ? 'tool_result' : 'text'
}

function replyOf({ output }: Fields, choice: Fields): string | undefined {
  if (choice.message !== undefined) return textOfMessage({ ...fieldsOf(choice.message), role: '' }).trim()
  if (choice.text !== undefined) return String(choice.text)
  return output === undefined ? undefined : listOf(output).map(textOfMessage).join('\n')
}
