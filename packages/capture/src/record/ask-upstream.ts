import { parseJson, TokenizeReply } from '@reprise/wire'

/** The upstream has a `/tokenize` as vLLM and SGLang have it, which tells the numbers of tokens. */
export async function isAsked(upstream: string, model: string | undefined): Promise<boolean> {
  const [ids] = (await askUpstream(upstream, model, ['a word'])) ?? []
  return ids !== undefined && ids.length > 0
}

/** The tokens of each text; undefined where the upstream does not tell those of one. */
export async function askUpstream(
  upstream: string,
  model: string | undefined,
  texts: readonly string[],
): Promise<Uint32Array[] | undefined> {
  const all: Uint32Array[] = []
  for (const prompt of texts) {
    const tokens =
      prompt === '' ? new Uint32Array(0) : await ask(upstream, { model, prompt, add_special_tokens: false })
    if (!tokens) return undefined
    all.push(tokens)
  }
  return all
}

const patienceMs = 30_000
const longestReplyBytes = 64 * 2 ** 20

async function ask(upstream: string, body: object): Promise<Uint32Array | undefined> {
  try {
    const reply = await fetch(tokenizeUrl(upstream), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(patienceMs),
    })
    if (!reply.ok || Number(reply.headers.get('content-length') ?? 0) > longestReplyBytes) {
      await reply.body?.cancel()
      return undefined
    }
    const { tokens } = TokenizeReply.parse(parseJson(await reply.text()))
    return tokens && Uint32Array.from(tokens)
  } catch {
    // Whatever is wrong with it, it tells no tokens.
    return undefined
  }
}

/** It stands beside the `/v1` of the API. */
function tokenizeUrl(upstream: string): string {
  const url = new URL(upstream)
  url.pathname = `${url.pathname.replace(/\/+$/, '').replace(/\/v1$/, '')}/tokenize`
  url.search = ''
  return url.href
}
