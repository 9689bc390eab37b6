import { codeOf, tellingError } from './client-host.ts'
import { controlAgent, controlRequest } from './control-request.ts'

/** Whoever waits for this has been told that nothing answers. */
const timeoutMs = 2_000

/** What is met where TLS is spoken to a server of plain HTTP, and the other way round. Source: Node's and OpenSSL's error codes. */
const CONFUSED = /^(EPROTO|ECONNRESET|HPE_|ERR_SSL_)/

/**
 * The same address by the scheme by which it answers: http where https was asked of it, or https where http was. Undefined where `error`, which
 * asking ended with, is of another kind, or that does not answer either.
 */
export async function otherScheme(origin: string, error: unknown): Promise<string | undefined> {
  if (!CONFUSED.test(codeOf(tellingError(error)))) return undefined
  const other = origin.startsWith('https:') ? origin.replace('https:', 'http:') : origin.replace('http:', 'https:')
  // Who answers does not matter yet: nothing is told to it.
  const agent = controlAgent(other, { insecure: true })
  try {
    await controlRequest({ url: `${other}/`, method: 'GET', headers: {}, agent, timeoutMs })
    return other
  } catch {
    return undefined
  } finally {
    agent.destroy()
  }
}
