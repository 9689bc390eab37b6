import { ChatStream, type Observer, type Outcome, parseJson, type TokenUsage } from '@reprise/wire'
import type { PlannedRequest, Target } from '../port/target.ts'

/** One line of `debug-trace.jsonl`: a request as it was sent, and its reply as it came. Instants are the run's. */
export interface DebugTrace {
  readonly id: string
  readonly phase: PlannedRequest['phase']
  readonly sentMs?: number
  readonly plannedInputTokens: number
  readonly plannedOutputTokens: number
  readonly messages: readonly { readonly role: string; readonly content: string }[]
  readonly chunks: readonly DebugChunk[]
  /** Ids of the whole prompt, where the server tells them. */
  readonly promptTokenIds?: readonly number[]
  readonly outcome: Outcome['kind']
  readonly failure?: { readonly class: string; readonly message: string }
  readonly finishReason?: string
  readonly usage?: TokenUsage
}

/** One event of a stream. Texts are there where they are not empty. */
export interface DebugChunk {
  readonly atMs: number
  readonly answer?: string
  readonly reasoning?: string
  readonly tool?: string
  readonly tokenIds?: readonly number[]
  /** The event's own data, where it brought no text: role, usage, an error, or what nobody understands. */
  readonly data?: string
}

/** A target whose requests can be written out. */
export interface LegibleTarget extends Target {
  messagesOf(request: PlannedRequest): readonly { readonly role: string; readonly content: string }[]
}

/** The target, with every request and its reply told to `onTrace` when it has ended, whatever its end. */
export function tracedTarget(target: LegibleTarget, onTrace: (trace: DebugTrace) => void): Target {
  return {
    send: async (request, observer, signal) => {
      const seen = new SeenReply(observer)
      // Before it is answered: what it has of earlier replies may be let go then.
      const messages = target.messagesOf(request)
      const outcome = await target.send(request, seen.observer, signal)
      onTrace(traceOf(request, messages, seen, outcome))
      return outcome
    },
  }
}

class SeenReply {
  readonly chunks: DebugChunk[] = []
  promptTokenIds: readonly number[] | undefined
  sentMs: number | undefined
  readonly observer: Observer
  readonly #stream = new ChatStream()

  constructor(told: Observer) {
    this.observer = {
      connecting: (atMs) => told.connecting(atMs),
      sent: (atMs) => {
        this.sentMs = atMs
        told.sent(atMs)
      },
      headers: (atMs) => told.headers(atMs),
      chunk: (atMs, kind, tokens, bytes) => told.chunk(atMs, kind, tokens, bytes),
      resent: () => told.resent(),
      ended: (atMs) => told.ended?.(atMs),
      raw: (atMs, text) => this.#raw(atMs, text),
    }
  }

  #raw(atMs: number, data: string): void {
    const event = this.#stream.read(data)
    const body = parseJson(data)
    this.promptTokenIds ??= idsAt(body, 'prompt_token_ids')
    const tokenIds = choicesOf(body).flatMap((choice) => idsAt(choice, 'token_ids') ?? [])
    const ids = tokenIds.length > 0 ? { tokenIds } : {}
    if (event.kind !== 'payload') {
      this.chunks.push({ atMs, ...ids, data: withoutPromptIds(body, data).slice(0, maxDataLength) })
      return
    }
    const { answer, reasoning, tool } = event.text
    this.chunks.push({
      atMs,
      ...(answer !== '' && { answer }),
      ...(reasoning !== '' && { reasoning }),
      ...(tool !== '' && { tool }),
      ...ids,
    })
  }
}

/** Enough of an error page. */
const maxDataLength = 16_384

function traceOf(
  { id, phase, inputTokens, outputTokens }: PlannedRequest,
  messages: DebugTrace['messages'],
  { sentMs, chunks, promptTokenIds }: SeenReply,
  outcome: Outcome,
): DebugTrace {
  const usage = 'usage' in outcome ? outcome.usage : undefined
  return {
    id,
    phase,
    ...(sentMs !== undefined && { sentMs }),
    plannedInputTokens: inputTokens,
    plannedOutputTokens: outputTokens,
    messages: messages.map(({ role, content }) => ({ role, content })),
    chunks,
    ...(promptTokenIds && { promptTokenIds }),
    outcome: outcome.kind,
    ...(outcome.kind === 'failed' && { failure: { class: outcome.class, message: outcome.message } }),
    ...(outcome.kind === 'ok' && outcome.finishReason !== undefined && { finishReason: outcome.finishReason }),
    ...(usage && { usage }),
  }
}

/** They are kept once, and are most of the event that brings them. */
function withoutPromptIds(body: unknown, data: string): string {
  if (idsAt(body, 'prompt_token_ids') === undefined) return data
  return JSON.stringify({ ...(body as object), prompt_token_ids: undefined })
}

function choicesOf(body: unknown): readonly unknown[] {
  const choices = fieldOf(body, 'choices')
  return Array.isArray(choices) ? choices : []
}

function idsAt(body: unknown, field: string): readonly number[] | undefined {
  const ids = fieldOf(body, field)
  return Array.isArray(ids) && ids.every((id) => typeof id === 'number') ? ids : undefined
}

function fieldOf(body: unknown, field: string): unknown {
  return typeof body === 'object' && body !== null && Object.hasOwn(body, field)
    ? (body as Record<string, unknown>)[field]
    : undefined
}
