import type { Losses } from '../convert/losses.ts'
import type { RecordPlace } from '../recording/trace-format.ts'
import { countOf, type Fields, fieldsOf, given, nameOf, tokensOf, unixMsOf } from './fields.ts'
import type { LogKind, LogReader } from './log-reader.ts'
import type { LoggedRequest } from './logged-request.ts'
import type { Link, PromptChains } from './prompt-chains.ts'

/**
 * The session logs of Codex: a file is a thread, each line an item of it, or what happened. After a reply a `token_count` says what it took
 * (`last_token_usage`; its input holds the cached tokens) and what all took; it comes again when limits change, which is no request. Tools
 * are not in the log; what the items do not explain of the first prompt is taken for them. The file of a fork begins with a copy of what its parent had
 * said, counts included.
 *
 * Source: `rollout-*.jsonl` under `~/.codex/sessions`, as tools that read them show them, versions 0.40 to 0.153; of forks
 * ccusage/ccusage 950, superset-sh/superset 6945, getagentseal/codeburn 1383.
 */
export const codex: LogKind = {
  name: 'codex',
  title: 'Codex session logs',
  recognises: (record) => {
    const { type, payload } = fieldsOf(record)
    return typeof payload === 'object' && kinds.has(String(type))
  },
  reader: (chains, losses) => new CodexReader(chains, losses),
}

const kinds = new Set(['session_meta', 'response_item', 'event_msg', 'turn_context', 'compacted'])

interface Thread {
  id: string
  parent: string | undefined
  model: string | undefined
  link: Link
  /** Where the prompt of the reply at hand ends, and since when it is asked for; absent while items are the user's. */
  asked: { readonly link: Link; readonly startMs: number | undefined; readonly kinds: readonly string[] } | undefined
  lastMs: number | undefined
  readonly inputKinds: Set<string>
  readonly outputKinds: Set<string>
  totalTokens: number
  /** Each with what its count said, and what all did so far. */
  readonly requests: { readonly request: LoggedRequest; readonly counts: string }[]
}

class CodexReader implements LogReader {
  readonly #chains: PromptChains
  readonly #losses: Losses
  readonly #threads = new Map<string, Thread>()

  constructor(chains: PromptChains, losses: Losses) {
    this.#chains = chains
    this.#losses = losses
  }

  add(record: unknown, { file }: RecordPlace): void {
    const { type, payload, timestamp } = fieldsOf(record)
    const thread = this.#threadOf(file)
    const item = fieldsOf(payload)
    const atMs = unixMsOf(timestamp)
    if (type === 'session_meta') this.#name(thread, item)
    else if (type === 'turn_context') thread.model = nameOf(item.model) ?? thread.model
    else if (type === 'compacted') thread.link = this.#chains.link(this.#head(thread), JSON.stringify(item), 'whole')
    else if (type === 'response_item') this.#addItem(thread, item, atMs)
    else if (type === 'event_msg' && item.type === 'token_count') this.#addCount(thread, fieldsOf(item.info), atMs)
  }

  requests(): LoggedRequest[] {
    const threads = new Map([...this.#threads.values()].map((thread) => [thread.id, thread]))
    return [...threads.values()].flatMap((thread) => {
      const parent = thread.parent === undefined ? undefined : threads.get(thread.parent)
      const copies = parent ? copiesIn(thread, parent) : 0
      for (let copy = 0; copy < copies; copy += 1)
        this.#losses.add('dropped', 'requests', "copies of a parent's in the log of its fork")
      return thread.requests.slice(copies).map(({ request }) => ({
        ...request,
        session: thread.id,
        ...(parent && { parentSession: parent.id }),
      }))
    })
  }

  #threadOf(file: string): Thread {
    const known = this.#threads.get(file)
    if (known) return known
    const id = `thread-${this.#threads.size + 1}`
    const thread: Thread = {
      ...{ id, parent: undefined, model: undefined, asked: undefined, lastMs: undefined, totalTokens: 0 },
      ...{ inputKinds: new Set<string>(), outputKinds: new Set<string>(), requests: [] },
      link: this.#chains.link(undefined, `head of ${id}`, 'elastic'),
    }
    this.#threads.set(file, thread)
    return thread
  }

  #head({ link }: Thread): Link {
    let first = link
    while (first.before) first = first.before
    return first
  }

  /** A fork's file begins with the lines of the thread that it goes on from, which names itself too: the first counts. */
  #name(thread: Thread, meta: Fields): void {
    const id = nameOf(meta.id)
    if (id === undefined || !thread.id.startsWith('thread-')) return
    thread.id = id
    const { thread_spawn: spawn } = fieldsOf(fieldsOf(meta.source).subagent)
    const forkedFrom = nameOf(meta.forked_from_id)
    thread.parent = forkedFrom ?? nameOf(fieldsOf(spawn).parent_thread_id) ?? nameOf(meta.parent_thread_id)
    // A fork goes on with the prompt of its parent.
    if (!thread.link.before) thread.link = this.#chains.link(undefined, `head of ${forkedFrom ?? id}`, 'elastic')
  }

  #addItem(thread: Thread, item: Fields, atMs: number | undefined): void {
    const isReply = item.role === 'assistant' || /^(reasoning|.*_call)$/.test(String(item.type))
    const kind = nameOf(item.type) === 'message' ? 'text' : nameOf(item.type)
    if (isReply) {
      thread.asked ??= { link: thread.link, startMs: thread.lastMs, kinds: [...thread.inputKinds].sort() }
      if (kind !== undefined) thread.outputKinds.add(kind)
    } else if (kind !== undefined) thread.inputKinds.add(kind)
    thread.link = this.#chains.link(thread.link, JSON.stringify(item), 'whole')
    thread.lastMs = atMs ?? thread.lastMs
  }

  #addCount(thread: Thread, info: Fields, atMs: number | undefined): void {
    const last = fieldsOf(info.last_token_usage)
    const total = countOf(fieldsOf(info.total_token_usage).total_tokens) ?? thread.totalTokens
    const inputTokens = tokensOf(last.input_tokens)
    if (inputTokens === undefined || total === thread.totalTokens) return
    thread.totalTokens = total
    const { asked } = thread
    if (!asked) this.#losses.add('inferred', 'requests', 'a reply without items of its own')
    const startMs = asked ? asked.startMs : thread.lastMs
    const counts = JSON.stringify([info.total_token_usage, last])
    const request = given<LoggedRequest>({
      ...{ id: `${thread.id}/${thread.requests.length}`, session: thread.id, prompt: asked?.link ?? thread.link },
      ...{ model: thread.model ?? 'unknown', inputTokens, outputTokens: tokensOf(last.output_tokens) },
      ...{ startMs: startMs ?? atMs, endMs: atMs, inputKinds: asked?.kinds ?? [] },
      outputKinds: [...thread.outputKinds].sort(),
    })
    thread.requests.push({ request, counts })
    thread.asked = undefined
    thread.inputKinds.clear()
    thread.outputKinds.clear()
    thread.lastMs = atMs ?? thread.lastMs
  }
}

/** How many requests at its beginning are its parent's. */
function copiesIn({ requests }: Thread, parent: Thread): number {
  const known = new Set(parent.requests.map(({ counts }) => counts))
  const own = requests.findIndex(({ counts }) => !known.has(counts))
  return own < 0 ? requests.length : own
}
