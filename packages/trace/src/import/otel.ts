import type { Losses } from '../convert/losses.ts'
import { type Fields, fieldsOf, given, listOf, nameOf, textOf, tokensOf } from './fields.ts'
import type { LogKind, LogReader } from './log-reader.ts'
import type { LoggedRequest } from './logged-request.ts'
import type { Link, PromptChains } from './prompt-chains.ts'

/**
 * OpenTelemetry spans of generative AI, as OTLP JSON. A span of a call of a model is a request; the nearest `invoke_agent` span around it is its
 * session, and the one around that its parent; without agents, a conversation or a whole trace is one. Where messages are in the span,
 * their texts make the blocks; where they are not, a prompt that was partly cached is taken to go on from the one before it.
 *
 * Source: OpenTelemetry semantic conventions for generative AI (`gen_ai.*`), spans and attributes of 2025 and 2026, and the older
 * `gen_ai.usage.prompt_tokens`; the JSON encoding of OTLP 1.
 */
export const otel: LogKind = {
  name: 'otel',
  title: 'OpenTelemetry spans',
  recognises: (record) => Array.isArray(fieldsOf(record).resourceSpans),
  reader: (chains, losses) => new OtelReader(chains, losses),
}

interface Span {
  readonly id: string
  readonly trace: string
  readonly parent: string | undefined
  readonly startMs: number
  readonly endMs: number
  readonly attributes: ReadonlyMap<string, unknown>
}

const calls = new Set(['chat', 'text_completion', 'generate_content'])

class OtelReader implements LogReader {
  readonly #chains: PromptChains
  readonly #losses: Losses
  readonly #spans = new Map<string, Span>()

  constructor(chains: PromptChains, losses: Losses) {
    this.#chains = chains
    this.#losses = losses
  }

  add(record: unknown): void {
    for (const resource of listOf(fieldsOf(record).resourceSpans))
      for (const scope of listOf(fieldsOf(resource).scopeSpans))
        for (const each of listOf(fieldsOf(scope).spans)) {
          const span = spanOf(fieldsOf(each))
          if (span) this.#spans.set(span.id, span)
        }
  }

  requests(): LoggedRequest[] {
    const asked = [...this.#spans.values()].filter(isCall).sort((a, b) => a.startMs - b.startMs)
    const lastOf = new Map<string, Link>()
    return asked.map((span) => {
      const place = this.#placeOf(span)
      const prompt = this.#promptOf(span, lastOf.get(place.session))
      lastOf.set(place.session, prompt)
      const text = (name: string) => nameOf(span.attributes.get(name))
      const output = textOf(span.attributes.get('gen_ai.output.messages'))
      const firstS = Number(span.attributes.get('gen_ai.response.time_to_first_chunk'))
      const [stopReason] = listOf(span.attributes.get('gen_ai.response.finish_reasons'))
      return given<LoggedRequest>({
        ...{ id: span.id, ...place, prompt, startMs: span.startMs, endMs: span.endMs },
        model: text('gen_ai.response.model') ?? text('gen_ai.request.model') ?? 'unknown',
        ttftMs: firstS > 0 ? 1000 * firstS : undefined,
        inputTokens: inputTokensOf(span),
        outputTokens: tokensOf(
          span.attributes.get('gen_ai.usage.output_tokens') ?? span.attributes.get('gen_ai.usage.completion_tokens'),
        ),
        outputText: output,
        maxTokens: tokensOf(span.attributes.get('gen_ai.request.max_tokens')),
        inputKinds: [],
        outputKinds: [],
        stopReason: nameOf(stopReason),
      })
    })
  }

  #placeOf(
    span: Span,
  ): Pick<LoggedRequest, 'session'> & Partial<Pick<LoggedRequest, 'parentSession' | 'agentType' | 'group'>> {
    const agent = this.#agentAround(span)
    if (!agent) return { session: nameOf(span.attributes.get('gen_ai.conversation.id')) ?? span.trace }
    const parent = this.#agentAround(agent)
    const agentType = nameOf(agent.attributes.get('gen_ai.agent.name'))
    return {
      ...{ session: agent.id, group: nameOf(span.attributes.get('gen_ai.conversation.id')) ?? span.trace },
      ...(parent && { parentSession: parent.id }),
      ...(agentType !== undefined && { agentType }),
    }
  }

  #agentAround({ parent }: Span): Span | undefined {
    let span = parent === undefined ? undefined : this.#spans.get(parent)
    for (let steps = 0; span && steps < 1000; steps += 1) {
      if (span.attributes.get('gen_ai.operation.name') === 'invoke_agent') return span
      span = span.parent === undefined ? undefined : this.#spans.get(span.parent)
    }
    return undefined
  }

  #promptOf(span: Span, before: Link | undefined): Link {
    const texts = ['gen_ai.tool.definitions', 'gen_ai.system_instructions'].flatMap(
      (name) => textOf(span.attributes.get(name)) ?? [],
    )
    const messages = parsedList(span.attributes.get('gen_ai.input.messages')).map((message) => JSON.stringify(message))
    if (messages.length > 0) {
      let link = this.#chains.link(undefined, '')
      for (const text of [...texts, ...messages]) link = this.#chains.link(link, text)
      return inputTokensOf(span) === undefined ? link : this.#chains.link(link, 'template', 'elastic')
    }
    const cached = tokensOf(span.attributes.get('gen_ai.usage.cache_read.input_tokens'))
    if (before && cached !== undefined && cached > 0) {
      this.#losses.add(
        'inferred',
        'hash_ids',
        'a prompt that was partly cached is taken to go on from the one before it',
      )
      return this.#chains.opaque(before)
    }
    this.#losses.add('invented', 'hash_ids', 'blocks that nothing shares, since no messages are there')
    return this.#chains.opaque(undefined)
  }
}

/** The newer conventions count the cached tokens in. */
function inputTokensOf({ attributes }: Span): number | undefined {
  return tokensOf(attributes.get('gen_ai.usage.input_tokens') ?? attributes.get('gen_ai.usage.prompt_tokens'))
}

function isCall({ attributes }: Span): boolean {
  const name = attributes.get('gen_ai.operation.name')
  return name === undefined ? attributes.has('gen_ai.usage.input_tokens') : calls.has(String(name))
}

function spanOf({
  spanId,
  traceId,
  parentSpanId,
  startTimeUnixNano,
  endTimeUnixNano,
  attributes,
}: Fields): Span | undefined {
  const [id, trace] = [nameOf(spanId), nameOf(traceId)]
  const [startMs, endMs] = [startTimeUnixNano, endTimeUnixNano].map(msOfNanos)
  if (id === undefined || trace === undefined || startMs === undefined || endMs === undefined) return undefined
  const pairs = listOf(attributes)
    .map(fieldsOf)
    .map(({ key, value }) => [String(key), plainValue(value)] as const)
  return { id, trace, parent: nameOf(parentSpanId), startMs, endMs, attributes: new Map(pairs) }
}

/** Nanoseconds since 1970 have more digits than a double. */
function msOfNanos(value: unknown): number | undefined {
  return /^\d{7,}$/.test(String(value)) ? Number(BigInt(String(value)) / 1000n) / 1000 : undefined
}

function plainValue(value: unknown): unknown {
  const { arrayValue, stringValue, intValue, doubleValue, boolValue } = fieldsOf(value)
  if (arrayValue !== undefined) return listOf(fieldsOf(arrayValue).values).map(plainValue)
  return stringValue ?? intValue ?? doubleValue ?? boolValue
}

function parsedList(value: unknown): readonly unknown[] {
  if (typeof value !== 'string') return listOf(value)
  try {
    return listOf(JSON.parse(value))
  } catch {
    return []
  }
}
