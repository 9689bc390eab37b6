import { cleanText } from '@reprise/wire'
import { EndpointClient } from './endpoint-client.ts'

/** What `GET /version` says, as vLLM answers it; undefined where the server has no such answer. */
export async function engineVersion(options: {
  readonly url: string
  readonly apiKey?: string
}): Promise<string | undefined> {
  const client = new EndpointClient({ ...options, timeoutMs: 30_000 })
  try {
    const { status, json } = await client.ask('GET', '/version')
    const version = typeof json === 'object' && json !== null && 'version' in json ? json.version : undefined
    return status === 200 && typeof version === 'string' ? cleanText(version, 100) : undefined
  } finally {
    await client.close()
  }
}
