import { printable } from '@reprise/safe-text'
import { ChunkTemplate, ModelList, ReplyReader } from '@reprise/wire'

/** The model that agents ask. */
export interface AskedModel {
  /** Of the API, with `/v1`. */
  readonly api: string
  readonly model: string
  readonly apiKey?: string
  readonly signal: AbortSignal
}

export interface Message {
  readonly role: 'system' | 'user' | 'assistant'
  readonly content: string
}

/** A request failed. */
export class AgentError extends Error {
  override readonly name = 'AgentError'
}

/** The text of a streamed reply. @throws AgentError */
export async function askModel(
  {
    messages,
    maxTokens,
    headers,
  }: { messages: readonly Message[]; maxTokens: number; headers: Record<string, string> },
  { api, model, apiKey, signal }: AskedModel,
): Promise<string> {
  const url = `${api}/chat/completions`
  const body = { model, messages, max_tokens: maxTokens, stream: true, stream_options: { include_usage: true } }
  const response = await asked(url, {
    ...{ method: 'POST', body: JSON.stringify(body), signal },
    headers: { 'content-type': 'application/json', ...headers, ...keyHeader(apiKey) },
  })
  let text = ''
  const unheard = () => {}
  const reader = new ReplyReader(
    {
      ...{ connecting: unheard, sent: unheard, headers: unheard, resent: unheard, chunk: unheard },
      text: ({ answer }) => {
        text += answer
      },
    },
    new ChunkTemplate(),
  )
  reader.begin({ status: response.status, headers: new Map() })
  try {
    for await (const bytes of response.body!) reader.read(Buffer.from(bytes), 0, bytes.length, 0)
  } catch (error) {
    throw signal.aborted ? error : new AgentError(`${url}: the reply broke off; see what the server says`)
  }
  const outcome = reader.end(0)
  if (outcome.kind !== 'ok')
    throw new AgentError(`${url}: ${'message' in outcome ? printable(outcome.message, 300) : outcome.kind}`)
  return text
}

/** The first model that an endpoint serves. @throws AgentError */
export async function findModel({ api, apiKey, signal }: Omit<AskedModel, 'model'>): Promise<string> {
  const response = await asked(`${api}/models`, { headers: keyHeader(apiKey), signal })
  const list = ModelList.safeParse(await response.json().catch(() => undefined))
  const model = list.data?.data[0]?.id
  if (model === undefined) throw new AgentError(`${api}/models names no model; name one with --model`)
  return model
}

async function asked(url: string, init: RequestInit): Promise<Response> {
  let response: Response
  try {
    response = await fetch(url, init)
  } catch (error) {
    if (init.signal?.aborted) throw error
    throw new AgentError(`${url} cannot be reached; start the server, or correct --url`)
  }
  if (response.ok) return response
  const said = (await response.text()).slice(0, 300)
  throw new AgentError(`${url} answered ${response.status}: ${printable(said, 300)}`)
}

function keyHeader(apiKey: string | undefined): Record<string, string> {
  return apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }
}
