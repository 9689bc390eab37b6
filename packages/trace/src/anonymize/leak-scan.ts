import { printable } from '@reprise/safe-text'
import { TraceError } from '../problem.ts'
import { otherWord, plainWords } from './plain-words.ts'
import { pseudonymShape } from './pseudonyms.ts'
import { type Suspicion, suspicious } from './suspicious.ts'

/** Something in a record that may tell who was recorded. What it is does not stand here. */
export interface Leak {
  readonly what: Suspicion | 'a name of the original' | 'a word that nobody expects' | 'a field that nobody expects'
  /** Without the numbers of lists. */
  readonly field: string
  readonly characters: number
  /** How often, and the first record that has it, from 1. */
  readonly count: number
  readonly record: number
  /** Where that one was read. */
  readonly place?: string
}

export interface ScanOptions {
  /** Names that must not be found anywhere, whole. */
  readonly forbidden: ReadonlySet<string>
  /** Words that may stand there if they look like plain ones. */
  readonly kept: ReadonlySet<string>
  /** Where the first turn behind a pseudonym was read. */
  readonly placeOf?: (pseudonym: string) => string | undefined
}

/**
 * Looks at records as they are to be written, every key and every text of them. What is not known to be harmless is a leak: the fields of our
 * writers, words of public APIs, pseudonyms, and what the owner keeps.
 */
export class LeakScan {
  readonly #options: ScanOptions
  readonly #leaks = new Map<string, Leak>()
  #records = 0
  /** The first pseudonym of the record at hand. */
  #name: string | undefined

  constructor(options: ScanOptions) {
    this.#options = options
  }

  get leaks(): readonly Leak[] {
    return [...this.#leaks.values()]
  }

  /** One record, as JSON. */
  add(text: string): void {
    this.#records += 1
    this.#name = undefined
    this.#walk(JSON.parse(text), '')
  }

  /** @throws TraceError naming what was found and where, without repeating it. */
  refuse(): void {
    if (this.leaks.length === 0) return
    const lines = this.leaks.slice(0, shownLeaks).map(renderLeak)
    const more = this.leaks.length > shownLeaks ? [`and ${this.leaks.length - shownLeaks} more`] : []
    throw new TraceError(
      ['the traces are not fit to be shared, and nothing is written', ...lines, ...more].join('\n  '),
    )
  }

  #walk(value: unknown, field: string): void {
    if (typeof value === 'string') this.#look(field, value)
    else if (Array.isArray(value)) for (const each of value) this.#walk(each, field)
    else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) {
        const path = field === '' ? key : `${field}.${key}`
        if (knownFields.has(key)) this.#walk(inner, path)
        else this.#found('a field that nobody expects', field === '' ? 'the record' : field, key)
      }
    }
  }

  #look(field: string, text: string): void {
    const { forbidden, kept } = this.#options
    const parts = text.replace(turnNumber, '').split('/')
    if (pseudonymShape.test(parts[0]!)) this.#name ??= parts[0]
    if (forbidden.has(text) || parts.some((part) => forbidden.has(part)))
      this.#found('a name of the original', field, text)
    else if (!wordsOfFormats.has(text) && !parts.every(isName)) {
      const looks = suspicious(text)
      if (looks !== undefined) this.#found(looks, field, text)
      else if (!kept.has(text)) this.#found('a word that nobody expects', field, text)
    }
  }

  #found(what: Leak['what'], field: string, text: string): void {
    const key = `${what}\0${field}\0${text}`
    const known = this.#leaks.get(key)
    const place = this.#name === undefined ? undefined : this.#options.placeOf?.(this.#name)
    this.#leaks.set(key, {
      ...(known ?? {
        ...{ what, field, characters: text.length, record: this.#records },
        ...(place !== undefined && { place }),
      }),
      count: (known?.count ?? 0) + 1,
    })
  }
}

const shownLeaks = 10

function renderLeak({ what, field, characters, count, record, place }: Leak): string {
  const times = count === 1 ? 'once' : `${count} times, first`
  const from =
    place === undefined ? `record ${record} of what was to be written` : `what was read from ${printable(place, 300)}`
  return `${printable(field)}: ${what} (${characters} characters), ${times} in ${from}`
}

/** Of the writers of all formats. */
const knownFields: ReadonlySet<string> = new Set([
  ...['id', 'models', 'block_size', 'hash_id_scope', 'tool_tokens', 'system_tokens', 'totals', 'requests'],
  ...['parent_tokens', 'subagent_tokens', 'combined_tokens', 'subagent_count', 'input', 'output'],
  ...['t', 'type', 'model', 'in', 'out', 'hash_ids', 'input_types', 'output_types', 'stop'],
  ...['api_time', 'think_time', 'ttft', 'agent_id', 'subagent_type', 'duration_ms', 'total_tokens', 'status'],
  ...['request_id', 'session_id', 'timestamp', 'input_length', 'output_length', 'wait_for', 'delay'],
  ...['schema', 'event_type', 'event_time_unix_ms', 'event_source', 'agent_context', 'parent_session_id', 'request'],
  ...['input_tokens', 'output_tokens', 'request_received_ms', 'ttft_ms', 'total_time_ms', 'finish_reason_metadata'],
  ...['prefill_wait_time_ms', 'tool', 'tool_call_id', 'tool_class', 'started_at_unix_ms', 'ended_at_unix_ms'],
  ...['claude', 'source_request_id', 'consumer_request_id', 'child_session_id', 'execution_mode'],
  ...['finish_reason', 'replay', 'trace_block_size', 'input_sequence_hashes'],
])

/** They say nothing about who was recorded. */
export const wordsOfFormats: ReadonlySet<string> = new Set([
  ...['', 'root', 'tool', 'unknown', otherWord],
  ...['local', 'global', 'n', 's', 'subagent', 'completed', 'async_launched'],
  ...['dynamo.request.trace.v1', 'request_end', 'tool_start', 'tool_end', 'tool_error', 'dynamo', 'harness'],
  ...['launch', 'blocking', 'background'],
  ...plainWords.kinds,
  ...plainWords.stopReasons,
  ...plainWords.agentTypes,
  ...plainWords.tools,
])

/** Requests are named `SESSION/TURN`, tool calls `SESSION/tool/CALL`, launches `SESSION/launch`. */
const turnNumber = /\/\d{1,6}$/

function isName(part: string): boolean {
  return (
    part === 'root' || part === 'tool' || part === 'launch' || pseudonymShape.test(part) || /^request_\d+$/.test(part)
  )
}
