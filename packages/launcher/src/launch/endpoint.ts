import { printable } from '@reprise/safe-text'

/** A server that is alive answers its health at once. */
const healthTimeoutMs = 5_000
/** Longer answers are not read. */
const maxAnswerBytes = 64 * 1024

/** A serving endpoint on this machine, as far as a launch has to know it. */
export class Endpoint {
  readonly url: string

  constructor(url: string) {
    this.url = url
  }

  get port(): number {
    return Number(new URL(this.url).port)
  }

  /** True when anything answers at all. */
  async answers(path: string, signal: AbortSignal): Promise<true | undefined> {
    return (await this.#health(path, signal)) === undefined ? undefined : true
  }

  /** True when it answers 200; else what it answered. */
  async isHealthy(path: string, signal: AbortSignal): Promise<true | string | undefined> {
    const status = await this.#health(path, signal)
    if (status === undefined) return undefined
    return status === 200 ? true : `${status} at ${path}`
  }

  /**
   * True when a request for one token is answered: as a chat, or as plain text where the server has no chat for this model. What is
   * answered otherwise and may pass is returned; what will not pass goes to `refuse`.
   */
  async completes(
    model: string,
    signal: AbortSignal,
    refuse: (answer: string) => never,
  ): Promise<true | string | undefined> {
    const common = { model, max_tokens: 1 }
    const chat = await this.#post(
      '/v1/chat/completions',
      { ...common, messages: [{ role: 'user', content: 'Hi' }] },
      signal,
    )
    if (chat === undefined || chat.status === 200) return chat && true
    if (mayPass(chat.status)) return chat.text
    const plain = await this.#post('/v1/completions', { ...common, prompt: 'Hi' }, signal)
    if (plain === undefined || plain.status === 200) return plain && true
    if (mayPass(plain.status)) return plain.text
    // A server without plain completions says nothing with its 404; what it said of the chat does.
    return refuse(plain.status === 404 ? chat.text : plain.text)
  }

  async #health(path: string, signal: AbortSignal): Promise<number | undefined> {
    try {
      const response = await fetch(this.url + path, {
        redirect: 'manual',
        signal: AbortSignal.any([signal, AbortSignal.timeout(healthTimeoutMs)]),
      })
      await response.body?.cancel()
      return response.status
    } catch {
      return undefined
    }
  }

  /** Undefined when no answer comes: the watch over the launch knows how long that may be so. */
  async #post(path: string, body: object, signal: AbortSignal): Promise<{ status: number; text: string } | undefined> {
    try {
      const response = await fetch(this.url + path, {
        method: 'POST',
        redirect: 'manual',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal,
      })
      const text = printable(await beginning(response), 200)
      return { status: response.status, text: `${response.status} at ${path}${text === '' ? '' : `: ${text}`}` }
    } catch {
      return undefined
    }
  }
}

/** Too many requests, or not yet. */
function mayPass(status: number): boolean {
  return status === 429 || status >= 500
}

async function beginning(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const piece of response.body ?? []) {
    text += decoder.decode(piece, { stream: true })
    if (text.length > maxAnswerBytes) break
  }
  return text
}
