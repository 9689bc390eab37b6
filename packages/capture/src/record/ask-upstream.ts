import { parseJson, TokenizeReply } from '@reprise/wire'

export interface AskedUpstream {
  readonly upstream: string
  readonly model: string | undefined
  /** Given with each question; what clients give is never used. */
  readonly apiKey?: string | undefined
}

/** Why nothing was told: a text is not counted, or the upstream did not answer at all. */
export type Untold = 'refused' | 'silent'

/** The upstream has a `/tokenize` as vLLM and SGLang have it, which tells the numbers of tokens. */
export async function isAsked(asked: AskedUpstream): Promise<boolean> {
  const told = await askUpstream(asked, ['a word'])
  return typeof told !== 'string' && told[0]!.length > 0
}

/** The tokens of each text; why not, where the upstream does not tell those of one. */
export async function askUpstream(asked: AskedUpstream, texts: readonly string[]): Promise<Uint32Array[] | Untold> {
  const all: Uint32Array[] = []
  for (const prompt of texts) {
    const tokens = prompt === '' ? new Uint32Array(0) : await ask(asked, prompt)
    if (typeof tokens === 'string') return tokens
    all.push(tokens)
  }
  return all
}

/** A long text takes a server a second. */
const patienceMs = 10_000
const longestReplyBytes = 64 * 2 ** 20

async function ask({ upstream, model, apiKey }: AskedUpstream, prompt: string): Promise<Uint32Array | Untold> {
  const authorization = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }
  const reply = await fetch(tokenizeUrl(upstream), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...authorization },
    body: JSON.stringify({ model, prompt, add_special_tokens: false }),
    redirect: 'error',
    signal: AbortSignal.timeout(patienceMs),
  }).catch(() => undefined)
  if (!reply) return 'silent'
  try {
    if (!reply.ok || Number(reply.headers.get('content-length') ?? 0) > longestReplyBytes) {
      await reply.body?.cancel()
      return 'refused'
    }
    const { tokens } = TokenizeReply.parse(parseJson(await reply.text()))
    return tokens ? Uint32Array.from(tokens) : 'refused'
  } catch (error) {
    // Whatever is wrong with it, it tells no tokens.
    return error instanceof Error && error.name === 'ZodError' ? 'refused' : 'silent'
  }
}

/** It stands beside the `/v1` of the API. */
function tokenizeUrl(upstream: string): string {
  const url = new URL(upstream)
  url.pathname = `${url.pathname.replace(/\/+$/, '').replace(/\/v1$/, '')}/tokenize`
  url.search = ''
  return url.href
}
