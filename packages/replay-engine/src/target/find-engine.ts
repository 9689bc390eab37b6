import { cleanText } from '@reprise/wire'
import type { EndpointClient } from './endpoint-client.ts'

/** What serves an endpoint, as far as it says so. */
export interface FoundEngine {
  /** As `GET /version` says it: vLLM and its kin do. */
  readonly version?: string
  /** It is the engine model of `reprise serve`, and not an engine. */
  readonly isModel: boolean
  /** Every setting of an engine model. */
  readonly config?: Record<string, unknown>
}

/** Asks which engine serves an endpoint. @throws EndpointError when it does not answer. */
export async function findEngine(client: EndpointClient): Promise<FoundEngine> {
  const version = versionIn(await objectAt(client, '/version'))
  if (version === undefined) return { isModel: false }
  if (!version.endsWith('+reprise.sim')) return { version, isModel: false }
  const config = await objectAt(client, '/server_info')
  return { version, isModel: true, ...(config && { config }) }
}

/** The JSON object that a path answers with; undefined where it has none. */
async function objectAt(client: EndpointClient, path: string): Promise<Record<string, unknown> | undefined> {
  const { status, json } = await client.ask('GET', path)
  return status === 200 && typeof json === 'object' && json !== null ? { ...json } : undefined
}

function versionIn(reply: Record<string, unknown> | undefined): string | undefined {
  return typeof reply?.version === 'string' ? cleanText(reply.version, 100) : undefined
}
