import { createHash } from 'node:crypto'
import { parseJson } from '@reprise/wire'
import type { ExchangeReply, ExchangeRequest } from '../exchange.ts'
import { identityOfHeaders, requestIdOfHeaders } from '../identity/identity-of-headers.ts'
import { type Identity, SessionTree } from '../identity/session-tree.ts'
import { chainKeys } from '../prompt/chain-keys.ts'
import { fitTokens } from '../prompt/fit-tokens.ts'
import { parsePrompt } from '../prompt/parse-prompt.ts'
import type { Prompt } from '../prompt/prompt-part.ts'
import { type HashedPrompt, PromptTree } from '../prompt/prompt-tree.ts'
import { RecentMap } from '../prompt/recent-map.ts'
import type { Recorder, RecorderOptions, RecorderTotals, RecordSink } from '../recorder.ts'
import { renderEndRow, word } from '../rows/end-row.ts'
import { renderPayload } from '../rows/payload-row.ts'
import { renderInferredTool, renderToldTool } from '../rows/tool-row.ts'
import type { ToolEvent } from '../tools/parse-tool-events.ts'
import { openTokenSource } from './open-token-source.ts'
import type { TokenSource } from './token-source.ts'

/**
 * The recorder of a capture: ends of requests, and the tools between them, as `dynamo.request.trace.v1`, one a line.
 *
 * Records are made one after the other, in the order in which exchanges end, since a session is told by what came before.
 */
export function makeRecorder(options: RecorderOptions, sink: RecordSink): Recorder {
  return new TraceRecorder(options, sink)
}

/** What is remembered of prompts: seven thousand of 100,000 tokens that have nothing in common. */
const rememberedBytes = 96 * 2 ** 20
/** Bodies of requests whose records are not made yet. */
const heldBytes = 256 * 2 ** 20

class TraceRecorder implements Recorder {
  readonly #options: RecorderOptions
  readonly #sink: RecordSink
  readonly #open = new Map<string, ExchangeRequest>()
  readonly #tree: PromptTree
  readonly #sessions: SessionTree
  /** Calls that a harness told of; nothing about their times is to be inferred. */
  readonly #toldTools = new RecentMap<string, true>(100_000)
  /** Sessions that were counted. */
  readonly #counted = new RecentMap<string, true>(200_000)
  readonly #unrecorded = new Map<string, number>()
  readonly #counts = { requests: 0, sessions: 0, inputTokens: 0, outputTokens: 0 }
  readonly #sources = new RecentMap<string | undefined, Promise<TokenSource>>(100)
  #heldBytes = 0
  #work: Promise<void> = Promise.resolve()

  constructor(options: RecorderOptions, sink: RecordSink) {
    this.#options = options
    this.#sink = sink
    this.#tree = new PromptTree({ blockSize: options.blockSize, maxBytes: rememberedBytes })
    this.#sessions = new SessionTree(nameOfCapture(options))
  }

  begin(request: ExchangeRequest): void {
    const { length } = request.body
    if (this.#heldBytes + length > heldBytes) {
      this.#leaveOut('more text in flight than is held')
      return
    }
    this.#heldBytes += length
    this.#open.set(request.id, request)
  }

  end(id: string, reply: ExchangeReply): void {
    const request = this.#open.get(id)
    if (!request) return
    this.#open.delete(id)
    this.#work = this.#work
      .then(() => this.#record(request, reply))
      .catch((error: unknown) => this.#leaveOut(whyFailed(error)))
      .then(() => {
        this.#heldBytes -= request.body.length
      })
  }

  tools(events: readonly ToolEvent[]): void {
    for (const event of events) {
      this.#toldTools.set(keyOfTool(event.session, event.callId), true)
      this.#sink.write(renderToldTool(event))
    }
  }

  async flush(): Promise<void> {
    await this.#work
  }

  async close(): Promise<void> {
    await this.#work
  }

  totals(): RecorderTotals {
    return { ...this.#counts, unrecorded: this.#unrecorded }
  }

  async #record(request: ExchangeRequest, reply: ExchangeReply): Promise<void> {
    if (reply.status !== undefined && reply.status >= 400) return this.#leaveOut('refused by the upstream')
    const body = parseJson(request.body.toString('utf8'))
    const prompt = parsePrompt(request.form, body)
    if (!prompt) return this.#leaveOut('no prompt that a trace can hold')
    const keys = chainKeys(prompt.parts)
    const told = identityOfHeaders(request.identity)
    const identity = this.#sessions.add({
      ...{ id: request.id, told, keys, parts: prompt.parts, receivedMs: request.receivedMs, endMs: reply.doneMs },
      ...{
        calls: reply.toolCalls,
        tool: reply.text.tool,
        answer: reply.text.answer,
        isComplete: reply.end === 'complete',
      },
    })
    const source = await this.#sourceFor(prompt.model)
    const { hashed, isExact } = await this.#hashed({ prompt, keys, identity, source }, reply)
    const { output, isExact: isReplyExact } = await tokensOfReply(reply, source)
    const approximated = source.isExact ? [...(isExact ? [] : ['prompt']), ...(isReplyExact ? [] : ['reply'])] : []
    const { blockSize, hashScope, originUnixMs } = this.#options
    for (const call of identity.answered) {
      const isTold = this.#toldTools.get(keyOfTool(identity.session, call.id)) === true
      if (isTold && call.child === undefined) continue
      this.#sink.write(renderInferredTool(call, { identity, consumer: request, originUnixMs, isTold }))
    }
    this.#sink.write(
      renderEndRow({
        ...{ request, reply, identity, blockSize, hashScope, originUnixMs, model: prompt.model, prompt: hashed },
        clientRequestId: requestIdOfHeaders(request.identity),
        isFinal: told?.isFinal ?? false,
        outputTokens: output.length,
        replyHashes: hashed.replyHashes(output),
        ...{ tokens: source.name, approximated },
      }),
    )
    if (this.#options.payloads) {
      const { model } = prompt
      this.#sink.write(
        renderPayload({ request, reply, body, originUnixMs, identity, ...(model !== undefined && { model }) }),
      )
    }
    if (!this.#counted.get(identity.session)) this.#counts.sessions += 1
    this.#counted.set(identity.session, true)
    this.#counts.requests += 1
    this.#counts.inputTokens += hashed.inputTokens
    this.#counts.outputTokens += output.length
  }

  async #hashed(
    { prompt, keys, identity, source }: { prompt: Prompt; keys: string[]; identity: Identity; source: TokenSource },
    { usage }: ExchangeReply,
  ): Promise<{ readonly hashed: HashedPrompt; readonly isExact: boolean }> {
    const salt = this.#options.hashScope === 'session' ? saltOf(identity.root) : ''
    const fresh = prompt.parts.slice(this.#tree.known(salt, keys))
    const { tokens: counted, isExact } = await source.tokensOf(fresh.map(({ text, tokens }) => (tokens ? '' : text)))
    const own = fresh.map(({ tokens }, index) => tokens ?? counted[index]!)
    const hashed = this.#tree.place({ salt, keys, fresh: own }, { told: usage?.inputTokens, isExact })
    return { hashed, isExact }
  }

  /** The upstream is asked as soon as there is a model to ask for. */
  #sourceFor(model: string | undefined): Promise<TokenSource> {
    const known = this.#sources.get(model)
    if (known) return known
    const opened = openTokenSource(this.#options, model)
    this.#sources.set(model, opened)
    return opened
  }

  #leaveOut(why: string): void {
    this.#unrecorded.set(why, (this.#unrecorded.get(why) ?? 0) + 1)
  }
}

/** As many as the upstream counted; else those of its texts, of a reply that was cut off what had come. */
async function tokensOfReply(
  { text, usage }: ExchangeReply,
  source: TokenSource,
): Promise<{ readonly output: Uint32Array; readonly isExact: boolean }> {
  const said = [text.reasoning, text.answer, text.tool].filter((each) => each !== '').join('\n')
  const { tokens, isExact } =
    said === '' ? { tokens: [new Uint32Array(0)], isExact: true } : await source.tokensOf([said])
  const [fitted] = fitTokens(tokens, { told: usage?.outputTokens, isExact: false })
  return { output: fitted!, isExact }
}

/** Names of sessions that nobody named differ from those of any other capture. */
function nameOfCapture({ originUnixMs, upstream }: RecorderOptions): string {
  return createHash('sha256').update(`${originUnixMs} ${upstream}`).digest('hex').slice(0, 8)
}

function keyOfTool(session: string, call: string): string {
  return JSON.stringify([session, word(call, 200)])
}

function saltOf(session: string): string {
  return createHash('sha256').update(session).digest('hex')
}

function whyFailed(error: unknown): string {
  return error instanceof Error && error.name === 'TraceError' ? error.message : 'a record could not be made'
}
