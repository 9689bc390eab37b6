import { EndpointClient } from './endpoint-client.ts'

/** What `GET /server_info` says, as SGLang and the embedded engine answer it; undefined where the server has no such answer. */
export async function serverInfo(options: {
  readonly url: string
  readonly apiKey?: string
}): Promise<Record<string, unknown> | undefined> {
  const client = new EndpointClient({ ...options, timeoutMs: 30_000 })
  try {
    const { status, json } = await client.ask('GET', '/server_info')
    return status === 200 && typeof json === 'object' && json !== null ? { ...json } : undefined
  } finally {
    await client.close()
  }
}
