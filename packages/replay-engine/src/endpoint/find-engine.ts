import { printable } from '@reprise/safe-text'
import type { EndpointClient, EndpointReply } from './endpoint-client.ts'
import { type EngineAnswers, nameEngine } from './name-engine.ts'

/** What serves an endpoint, as far as it says so. */
export interface FoundEngine {
  /** Absent: nothing that it answers says so, or its answers contradict each other. */
  readonly name?: string
  /** That of the named engine. */
  readonly version?: string
  /** It is the engine model of `reprise serve`, and not an engine. */
  readonly isModel: boolean
  /** Every setting of an engine model. */
  readonly config?: Record<string, unknown>
  /** By what it was told, for the reader of the result: `owned_by vllm`, `metrics vllm:`. */
  readonly signs: readonly string[]
}

/** A gateway may hold a path that it does not know for as long as it likes. */
const ANSWER_MS = 10_000

/**
 * Asks in several ways which engine serves an endpoint: `/version` alone says little, since more than one engine has it.
 *
 * @param ownedBy as the list of models has it.
 */
export async function findEngine(client: EndpointClient, ownedBy?: string): Promise<FoundEngine> {
  const [version, info, metrics] = await Promise.all([
    replyTo(client, '/version'),
    serverInfo(client),
    replyTo(client, '/metrics'),
  ])
  const config = objectIn(info)
  const versionText = textAt(objectIn(version), 'version')
  const server = version?.headers.get('server')
  const found = nameEngine({
    ...(ownedBy !== undefined && { ownedBy: printable(ownedBy, 100) }),
    ...(server !== undefined && { server: printable(server, 100) }),
    ...(versionText !== undefined && { version: versionText }),
    ...(config && { serverInfo: config }),
    ...(metrics?.status === 200 && { metrics: metrics.text }),
  } satisfies EngineAnswers)
  return { ...found, ...(found.isModel && config && { config: settingsIn(config) }) }
}

/** The description of an engine model: all that its server tells of itself, or a part of what SGLang would. */
function settingsIn({ reprise_engine: engine, ...info }: Record<string, unknown>): Record<string, unknown> {
  return typeof engine === 'object' && engine !== null ? { ...engine } : info
}

/** SGLang's own word for itself, under its newer name and its older one. */
async function serverInfo(client: EndpointClient): Promise<EndpointReply | undefined> {
  const newer = await replyTo(client, '/server_info')
  return newer?.status === 200 ? newer : replyTo(client, '/get_server_info')
}

/** The server has answered other questions: one that it does not answer at all says nothing against it. */
async function replyTo(client: EndpointClient, path: string): Promise<EndpointReply | undefined> {
  return client.ask('GET', path, undefined, ANSWER_MS).catch(() => undefined)
}

function objectIn(reply: EndpointReply | undefined): Record<string, unknown> | undefined {
  const { status, json } = reply ?? {}
  return status === 200 && typeof json === 'object' && json !== null && !Array.isArray(json) ? { ...json } : undefined
}

function textAt(reply: Record<string, unknown> | undefined, field: string): string | undefined {
  const value = reply?.[field]
  return typeof value === 'string' ? printable(value, 100) : undefined
}
