import { type EndpointAccess, EndpointClient } from './endpoint-client.ts'

/**
 * vLLM has the first (in some builds in its development mode only), SGLang the second, whose scheduler may not be idle yet when the last reply
 * is over: it is given time. Source: pull requests 21413 and 33663 of SGLang, and `bench_serving`.
 */
const paths = ['/reset_prefix_cache', '/flush_cache?timeout=20']

/**
 * Asks a server to forget its cached prefixes, so that a run does not find what an earlier one with the same seed left there.
 *
 * Returns a sentence for the reader of the result where the server would not; a run is still possible then.
 */
export async function resetPrefixCache(options: EndpointAccess): Promise<string | undefined> {
  const client = new EndpointClient({ ...options, timeoutMs: 30_000 })
  try {
    for (const path of paths) {
      const { status, json } = await client.ask('POST', path)
      if (status === 200 && !saysNo(json)) return undefined
    }
    return 'The server did not reset its prefix cache before the run; blocks of an earlier run with the same seed may still be in it.'
  } finally {
    client.close()
  }
}

function saysNo(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'success' in json && json.success === false
}
