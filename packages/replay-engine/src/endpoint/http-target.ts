import type { ChunkTemplate, Observer, Outcome } from '@reprise/wire'
import type { Clock } from '../clock/clock.ts'
import type { PromptMessage } from '../content/prompt-message.ts'
import { PromptWriter } from '../content/prompt-writer.ts'
import type { TemplateOverhead } from '../content/template-overhead.ts'
import type { SessionHeaders } from '../plan/pace.ts'
import type { PlannedRequest, Target } from '../port/target.ts'
import { API_FORMS, type Api } from './api-form.ts'
import { BodyBuffers } from './body-buffers.ts'
import { parseEndpointUrl } from './endpoint-url.ts'
import { bodyRenderer, LENGTH_FIELDS, type LengthField } from './http-body.ts'
import { Connections } from './http-connections.ts'
import { exchange } from './http-exchange.ts'
import { LiveReplies } from './live-replies.ts'
import type { Passage } from './passage.ts'
import { type Assistant, type CutterOptions, type PromptCuts, PromptCutter } from './prompt-cutter.ts'
import type { RequestExtras } from './request-extras.ts'
import { requestHeadRenderer } from './request-head.ts'
import { sessionHeaderRenderer } from './session-headers.ts'
import { endpointChooser, type Spread } from './spread.ts'

/** All that can be told to another process. */
export interface HttpOptions extends Passage {
  /** Default: chat completions. */
  readonly api?: Api
  /** Address of an OpenAI-compatible server, with or without `/v1`. */
  readonly url: string
  /** More that serve the same model: requests are spread over all of them. */
  readonly otherUrls?: readonly string[]
  /** Default: `session`. */
  readonly spread?: Spread
  readonly model: string
  readonly apiKey?: string
  /** Words that are one token each after a space. `probeEndpoint` finds them. */
  readonly words: readonly string[]
  /** Those of them that are one token also at the head of a message. Default: all. */
  readonly headWords?: readonly string[]
  /** What the chat template adds. `probeEndpoint` measures it. */
  readonly overhead: TemplateOverhead
  /** From the call to the end of its reply; opening a connection counts. */
  readonly timeoutMs: number
  /** Absent: the server's default. */
  readonly temperature?: number
  /** Ask for usage on every chunk, which tells how many tokens each holds. Default false. */
  readonly usagePerChunk?: boolean
  /** Ask for the ids of all tokens of prompt and reply. Default false. */
  readonly returnTokenIds?: boolean
  /** Send each request's id as `X-Request-Id`, by which servers name it in their logs. Default false. */
  readonly nameRequests?: boolean
  /** Fields that the server refuses. */
  readonly leaveOut?: readonly LengthField[]
  readonly extras?: RequestExtras
  /** Default: `canned`. */
  readonly assistant?: Assistant
  /** Say with each request whose it is. Default: nothing. */
  readonly sessionHeaders?: SessionHeaders
}

export interface HttpTargetOptions extends HttpOptions, Pick<CutterOptions, 'corpus' | 'systemRole'> {
  /** A clock of real time. */
  readonly clock: Clock
}

/** Where another process has the corpus. */
export interface HttpSenderOptions extends HttpOptions {
  readonly clock: Clock
  readonly cuts: PromptCuts
}

/**
 * An OpenAI-compatible endpoint. Replies are streamed, and each token is stamped at the socket read that brought it.
 *
 * There are as many connections as requests at once, kept alive for less time than servers do. No retries, but for one: a request whose
 * idle connection turns out to be closed is sent once more, and the observer is told.
 */
export class HttpTarget implements Target {
  readonly #options: HttpOptions & { readonly clock: Clock }
  readonly #endpoints: readonly Endpoint[]
  readonly #choose: ReturnType<typeof endpointChooser>
  readonly #templates: ChunkTemplate[] = []
  readonly #cuts: PromptCuts
  readonly #writer: PromptWriter
  readonly #bodies = new BodyBuffers()
  /** Only where later prompts have them. */
  readonly #replies: LiveReplies | undefined
  readonly #sessionLines: ((request: PlannedRequest) => string) | undefined
  /** The server takes a field that keeps it from ending a reply early. */
  readonly #mustNotStop: boolean
  readonly #renderBody: (messages: readonly PromptMessage[], outputTokens: number) => Buffer

  /**
   * @throws EndpointError when the address is not one; RangeError when the words are not a word list, or
   * the key cannot stand in a header. */
  constructor(options: HttpTargetOptions | HttpSenderOptions) {
    const { url, otherUrls = [], spread = 'session' } = options
    const cuts = 'cuts' in options ? options.cuts : new PromptCutter(options)
    const { blockSize, largestBodyBytes } = cuts
    this.#options = options
    this.#mustNotStop = LENGTH_FIELDS.some((field) => !options.leaveOut?.includes(field))
    this.#endpoints = [url, ...otherUrls].map((each) => endpointAt(each, options))
    this.#choose = endpointChooser(spread, this.#endpoints.length)
    this.#cuts = cuts
    this.#replies = options.assistant === 'live' ? new LiveReplies() : undefined
    this.#sessionLines = options.sessionHeaders && sessionHeaderRenderer(options.sessionHeaders)
    this.#writer = new PromptWriter({ ...options, blockSize })
    this.#renderBody = bodyRenderer(options, this.#bodies, largestBodyBytes)
  }

  async send(request: PlannedRequest, observer: Observer, signal: AbortSignal): Promise<Outcome> {
    if (signal.aborted) return { kind: 'cancelled' }
    const { clock, timeoutMs, nameRequests } = this.#options
    const body = this.bodyOf(request)
    const { connections, renderHead } = this.#endpoints[this.#choose(request)]!
    const live = this.#replies?.listen(request, this.#cuts.replyUseOf(request), observer)
    const lines = this.#sessionLines?.(request)
    const head = renderHead({
      bodyBytes: body.length,
      ...(nameRequests && { id: request.id }),
      ...(lines !== undefined && { lines }),
    })
    const outcome = await exchange({
      connections,
      clock,
      request: { head, body },
      templates: this.#templates,
      ...(this.#mustNotStop && { leastTokens: request.outputTokens }),
      timeoutMs,
      observer: live?.observer ?? observer,
      signal,
    })
    live?.ended(outcome)
    // A server that has answered in full has read all of it. Of any other body, part may still be on its way.
    if (outcome.kind === 'ok') this.giveBack(body)
    return outcome
  }

  /** The bytes that a request is sent as, the caller's until they are given back. @throws RangeError as `messagesOf` does. */
  bodyOf(request: PlannedRequest): Buffer {
    return this.#renderBody(this.messagesOf(request), request.outputTokens)
  }

  /** Takes back what `bodyOf` made and nobody reads any more, to be written on again. */
  giveBack(body: Buffer): void {
    this.#bodies.giveBack(body)
  }

  /**
   * The conversation that a request is sent as.
   *
   * @throws RangeError when the corpus has no such turn, or one of another length.
   */
  messagesOf(request: PlannedRequest): PromptMessage[] {
    const segments = this.#cuts.segmentsOf(request)
    return this.#writer.messagesOf(request.prompt, segments, this.#replies?.of(request, segments))
  }

  /** Closes every connection. Requests in flight fail. */
  async close(): Promise<void> {
    for (const { connections } of this.#endpoints) connections.close()
  }
}

interface Endpoint {
  readonly connections: Connections
  readonly renderHead: ReturnType<typeof requestHeadRenderer>
}

function endpointAt(
  url: string,
  { api = 'chat', clock, apiKey, extras, ...passage }: HttpSenderOptions | HttpTargetOptions,
): Endpoint {
  const { origin, api: root } = parseEndpointUrl(url)
  const renderHead = requestHeadRenderer({
    path: `${root}${API_FORMS[api].path}`,
    host: new URL(origin).host,
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
      ...extras?.headers,
    },
  })
  return { connections: new Connections(origin, clock, passage), renderHead }
}
