import { printable } from '@reprise/safe-text'
import { type Outcome, parseJson } from '@reprise/wire'
import { API_FORMS, type Api, type ApiForm } from './api-form.ts'
import { cureOfCertificate } from './certificate-cure.ts'
import { cureOfClientHost } from './client-host.ts'
import { BrokenAnswer, controlAgent, controlRequest } from './control-request.ts'
import { EndpointError } from './endpoint-error.ts'
import { parseEndpointUrl } from './endpoint-url.ts'
import { reasonOf } from './http-failure.ts'
import { otherScheme } from './other-scheme.ts'
import { outcomeOfWhole } from './outcome-of-whole.ts'
import type { Passage } from './passage.ts'
import type { RequestExtras } from './request-extras.ts'
import { standsInHeader } from './request-head.ts'

const DEFAULT_TIMEOUT_MS = 120_000
const NOT_WELL = 'The server is not well: see its log, and try again when it answers'
const CURE_OF_KEY =
  'Give the key that the server asks for: in OPENAI_API_KEY, or in a variable that --api-key-env names'
const OTHER_ADDRESS = 'Give the address of an OpenAI-compatible server, such as http://127.0.0.1:8000'

/** How an endpoint is spoken to. */
export interface EndpointAccess extends Passage {
  readonly url: string
  readonly apiKey?: string
  readonly extras?: RequestExtras
  /** Default: chat completions. */
  readonly api?: Api
}

export interface EndpointReply {
  readonly status: number
  readonly text: string
  /** Undefined where the text is not JSON. */
  readonly json: unknown
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>
}

/** Plain requests to an endpoint, for what is asked before a run; nothing here is measured. */
export class EndpointClient {
  /** As it was given. */
  readonly url: string
  readonly #endpoint: ReturnType<typeof parseEndpointUrl>
  readonly #apiKey: string | undefined
  readonly #timeoutMs: number
  /** Fields that every request for tokens has beside its own. */
  readonly extras: RequestExtras
  /** How it is asked for tokens. */
  readonly form: ApiForm
  readonly #agent: ReturnType<typeof controlAgent>
  readonly #isStraight: boolean

  /** @throws EndpointError when the address is not one, or the key cannot stand in a header. */
  constructor({
    url,
    apiKey,
    api = 'chat',
    timeoutMs = DEFAULT_TIMEOUT_MS,
    extras = {},
    ...passage
  }: EndpointAccess & { timeoutMs?: number }) {
    this.#endpoint = parseEndpointUrl(url)
    this.url = `${this.#endpoint.origin}${this.#endpoint.root}`
    this.#apiKey = apiKey
    this.#timeoutMs = timeoutMs
    this.extras = extras
    this.form = API_FORMS[api]
    this.#agent = controlAgent(this.#endpoint.origin, passage)
    this.#isStraight = passage.proxies?.[this.#endpoint.origin] === undefined
    if (apiKey !== undefined && !standsInHeader(apiKey)) {
      // Nothing of the key is shown.
      const found = 'it holds a line end, or a character that no HTTP header can hold'
      throw this.error('reading the key', { found, cure: 'Give the key as the server has it' })
    }
  }

  /**
   * The answer to `GET /v1/models` and the like, whatever its status. Paths begin with `/v1`, or stand at the server's root.
   *
   * @param timeoutMs where the answer matters less than the wait for it; never longer than the client's own.
   * @throws EndpointError when there is none.
   */
  async ask(method: 'GET' | 'POST', path: string, body?: object, timeoutMs = this.#timeoutMs): Promise<EndpointReply> {
    try {
      const answer = await controlRequest({
        url: `${this.#endpoint.origin}${this.#endpoint.root}${path}`,
        method,
        agent: this.#agent,
        timeoutMs: Math.min(timeoutMs, this.#timeoutMs),
        headers: {
          ...(body && { 'content-type': 'application/json' }),
          ...(this.#apiKey !== undefined && { authorization: `Bearer ${this.#apiKey}` }),
          ...this.extras.headers,
        },
        ...(body && { body: JSON.stringify(body) }),
      })
      return { ...answer, json: parseJson(answer.text) }
    } catch (error) {
      if (error instanceof BrokenAnswer) throw this.error(`${method} ${path}`, { found: error.message, cure: NOT_WELL })
      const other = await this.#otherScheme(error)
      if (other !== undefined) throw this.error(`${method} ${path}`, other)
      const found = `no answer (${reasonOf(error)})`
      const onClient = cureOfClientHost(error)
      const cure =
        cureOfCertificate(error) ??
        (onClient === undefined ? 'Start the server, or correct the address' : `It is not the server: ${onClient}`)
      throw this.error(`${method} ${path}`, { found, cure })
    }
  }

  /** What stands against a reply, and what to do about it. */
  refusal(tried: string, reply: EndpointReply): EndpointError {
    const outcome = outcomeOfWhole(reply)
    const kind = outcome.kind === 'failed' ? outcome.class : outcome.kind
    const found = `status ${reply.status}, ${'message' in outcome ? printable(outcome.message, 300) : kind}`
    if (kind === 'unauthorized') return this.error(tried, { found, cure: CURE_OF_KEY })
    if (kind === 'server-error' || kind === 'rate-limited') {
      return this.error(tried, { found, cure: NOT_WELL })
    }
    return this.error(tried, { found, cure: OTHER_ADDRESS })
  }

  /** What stands against a reply with status 200 that would fail in a run. */
  unusable(tried: string, outcome: Outcome): EndpointError {
    const found = `status 200, ${'message' in outcome ? printable(outcome.message, 200) : outcome.kind}`
    const isForeign = outcome.kind === 'failed' && outcome.class === 'malformed-reply'
    return this.error(tried, { found, cure: isForeign ? OTHER_ADDRESS : NOT_WELL })
  }

  /** Through a proxy nobody sees what the server speaks. */
  async #otherScheme(error: unknown): Promise<{ readonly found: string; readonly cure: string } | undefined> {
    const { origin, root } = this.#endpoint
    const other = this.#isStraight ? await otherScheme(origin, error) : undefined
    if (other === undefined) return undefined
    const [scheme] = other.split(':')
    return { found: `it speaks ${scheme}`, cure: `Write ${other}${root}` }
  }

  error(tried: string, { found, cure }: { readonly found: string; readonly cure: string }): EndpointError {
    return new EndpointError({ url: this.url, tried, found, cure })
  }

  /** Closes its connections. Answers that are still awaited fail. */
  close(): void {
    this.#agent.destroy()
  }
}
