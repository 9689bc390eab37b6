import type { Losses } from '../convert/losses.ts'
import type { RecordPlace } from '../recording/trace-format.ts'
import { countOf, type Fields, fieldsOf, given, listOf, nameOf, textOf, tokensOf, unixMsOf } from './fields.ts'
import type { LogKind, LogReader } from './log-reader.ts'
import type { LoggedRequest } from './logged-request.ts'
import type { Link, PromptChains } from './prompt-chains.ts'

/**
 * The session logs of Claude Code: a line for each message or part of one, which names the line before it. A reply is written in several lines of one
 * message id, each with the usage so far; many versions never write the last one, so of a reply without a stop reason the texts are counted too. What
 * was sent to and read from the cache is right from the first line on. Subagents have lines of their own (`isSidechain`), of late in files of their own
 * (`SESSION/subagents/agent-ID.jsonl`); the line that holds the result of one names it. Tools and system prompt are not in the log, so
 * the part of the first prompt that the messages do not explain is taken for them.
 *
 * Source: the logs under `~/.claude/projects`, versions 2.0 to 2.1, as issues and tools that read them show them (anthropics/claude-code 44597,
 * 22686 and 27361, daintreehq/daintree 11949, delexw/claude-code-trace 135).
 */
export const claudeCode: LogKind = {
  name: 'claude-code',
  title: 'Claude Code session logs',
  recognises: (record) => {
    const { sessionId, type, message, uuid } = fieldsOf(record)
    return (
      typeof type === 'string' &&
      sessionId !== undefined &&
      (message !== undefined || uuid !== undefined || type === 'summary')
    )
  },
  reader: (chains, losses) => new ClaudeCodeReader(chains, losses),
}

interface Reply {
  readonly agent: string
  readonly prompt: Link
  readonly startMs: number | undefined
  readonly inputKinds: readonly string[]
  endMs: number | undefined
  model: string | undefined
  usage: Fields
  stopReason: string | undefined
  readonly outputKinds: Set<string>
  readonly texts: string[]
  readonly joins: string[]
}

interface Point {
  readonly link: Link
  /** When the last line before a reply was written. */
  readonly atMs: number | undefined
  readonly kinds: readonly string[]
  /** Subagents whose results came since the last reply. */
  readonly joins: readonly string[]
}

class ClaudeCodeReader implements LogReader {
  readonly #chains: PromptChains
  readonly #losses: Losses
  readonly #points = new Map<string, Point>()
  readonly #replies = new Map<string, Reply>()
  readonly #agents = new Map<string, { session: string; type?: string; parent?: string; launchedBy?: string }>()
  readonly #launches = new Map<string, { request: string; agent: string; type: string | undefined }>()

  constructor(chains: PromptChains, losses: Losses) {
    this.#chains = chains
    this.#losses = losses
  }

  add(record: unknown, _place: RecordPlace): void {
    const line = fieldsOf(record)
    const session = nameOf(line.sessionId)
    const uuid = textOf(line.uuid)
    if (session === undefined || uuid === undefined) return
    const agent = this.#agentOf(line, session)
    const isReset = line.subtype === 'compact_boundary'
    const before = (isReset ? undefined : this.#points.get(textOf(line.parentUuid) ?? '')) ?? this.#start(agent)
    if (line.type === 'assistant') this.#addReply(line, { uuid, agent, before })
    else if (line.type === 'user' || line.type === 'attachment') this.#addInput(line, { uuid, agent, before })
    else this.#points.set(uuid, before)
  }

  requests(): LoggedRequest[] {
    return [...this.#replies].map(([id, reply]): LoggedRequest => {
      const { session, type, parent, launchedBy } = this.#agents.get(reply.agent)!
      const { input_tokens, cache_creation_input_tokens, cache_read_input_tokens, output_tokens } = reply.usage
      const parts = [input_tokens, cache_creation_input_tokens, cache_read_input_tokens].map(tokensOf)
      const told = parts[0] === undefined ? undefined : parts.reduce<number>((sum, part) => sum + (part ?? 0), 0)
      return given<LoggedRequest>({
        ...{ id, session: reply.agent, group: session, prompt: reply.prompt, model: reply.model ?? 'unknown' },
        parentSession: reply.agent === session ? undefined : (parent ?? session),
        agentType: type,
        startMs: reply.startMs ?? reply.endMs,
        endMs: reply.endMs,
        inputTokens: told,
        outputTokens: tokensOf(output_tokens),
        outputText: reply.texts.join('\n'),
        isOutputPart: reply.stopReason === undefined,
        inputKinds: reply.inputKinds,
        outputKinds: [...reply.outputKinds].sort(),
        stopReason: reply.stopReason,
        launchedBy,
        joins: reply.joins,
      })
    })
  }

  /** Ids of agents are unique in their session only. */
  #agentOf(line: Fields, session: string): string {
    const id = nameOf(line.agentId)
    if (line.isSidechain !== true && id === undefined) return this.#known(session, session)
    return this.#known(`${session}/${id ?? this.#rootOf(line)}`, session)
  }

  /** Older logs give subagents no id; their first line names no line before it. */
  readonly #roots = new Map<string, string>()

  #rootOf({ uuid, parentUuid }: Fields): string {
    const root = this.#roots.get(String(parentUuid)) ?? `side-${this.#roots.size}`
    this.#roots.set(String(uuid), root)
    return root
  }

  #known(agent: string, session: string): string {
    if (!this.#agents.has(agent)) this.#agents.set(agent, { session })
    return agent
  }

  #start(agent: string): Point {
    return { link: this.#chains.link(undefined, `head of ${agent}`, 'elastic'), atMs: undefined, kinds: [], joins: [] }
  }

  #addInput(line: Fields, { uuid, agent, before }: Line): void {
    const content = fieldsOf(line.message).content ?? line.attachment
    const link = this.#chains.link(before.link, JSON.stringify(content ?? null), 'whole')
    const blocks = listOf(content)
    const kinds = typeof content === 'string' ? ['text'] : blocks.flatMap((block) => nameOf(fieldsOf(block).type) ?? [])
    const { agentId, status, isAsync } = fieldsOf(line.toolUseResult)
    const child = nameOf(agentId)
    const joins = [...before.joins]
    if (child !== undefined) {
      const name = this.#known(`${this.#agents.get(agent)!.session}/${child}`, this.#agents.get(agent)!.session)
      this.#launched(name, agent, blocks)
      if (status !== 'async_launched' && isAsync !== true) joins.push(name)
    }
    this.#points.set(uuid, {
      link,
      atMs: unixMsOf(line.timestamp),
      kinds: line.type === 'user' ? kinds : before.kinds,
      joins,
    })
  }

  #launched(name: string, agent: string, blocks: readonly unknown[]): void {
    const ids = blocks.flatMap((block) => textOf(fieldsOf(block).tool_use_id) ?? [])
    const launch = ids.map((id) => this.#launches.get(id)).find((found) => found !== undefined)
    const known = this.#agents.get(name)!
    known.parent = agent
    if (!launch) return
    known.launchedBy = launch.request
    if (launch.type !== undefined) known.type = launch.type
  }

  #addReply(line: Fields, { uuid, agent, before }: Line): void {
    const message = fieldsOf(line.message)
    const id = textOf(message.id) ?? textOf(line.requestId)
    if (message.model === '<synthetic>' || id === undefined) {
      this.#losses.add('dropped', 'requests', 'replies that the client made up itself')
      this.#points.set(uuid, before)
      return
    }
    const reply = this.#replies.get(id) ?? this.#newReply(id, agent, before)
    if (reply.agent !== agent) this.#losses.add('dropped', 'requests', 'a copy in the log of another session')
    reply.endMs = latest(reply.endMs, unixMsOf(line.timestamp))
    reply.model = nameOf(message.model) ?? reply.model
    reply.stopReason = nameOf(message.stop_reason) ?? reply.stopReason
    const usage = fieldsOf(message.usage)
    // Early lines of a reply count what was there so far.
    if ((countOf(usage.output_tokens) ?? -1) >= (countOf(reply.usage.output_tokens) ?? -1)) reply.usage = usage
    for (const block of listOf(message.content)) {
      const { type, id: toolId, input, text, thinking } = fieldsOf(block)
      reply.texts.push(textOf(text) ?? textOf(thinking) ?? (input === undefined ? '' : JSON.stringify(input)))
      const kind = nameOf(type)
      if (kind !== undefined) reply.outputKinds.add(kind)
      if (kind === 'tool_use' && textOf(toolId) !== undefined)
        this.#launches.set(String(toolId), { request: id, agent, type: nameOf(fieldsOf(input).subagent_type) })
    }
    // Its own count will do.
    if (reply.stopReason !== undefined && countOf(reply.usage.output_tokens) !== undefined) reply.texts.length = 0
    const link = this.#chains.link(before.link, JSON.stringify(message.content ?? null), 'whole')
    this.#points.set(uuid, { link, atMs: unixMsOf(line.timestamp), kinds: [], joins: [] })
  }

  #newReply(id: string, agent: string, { link, atMs, kinds, joins }: Point): Reply {
    const reply: Reply = {
      ...{ agent, prompt: link, startMs: atMs, inputKinds: kinds, usage: {}, outputKinds: new Set<string>() },
      ...{ endMs: undefined, model: undefined, stopReason: undefined, texts: [], joins: [...joins] },
    }
    this.#replies.set(id, reply)
    return reply
  }
}

interface Line {
  readonly uuid: string
  readonly agent: string
  readonly before: Point
}

function latest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : b === undefined ? a : Math.max(a, b)
}
