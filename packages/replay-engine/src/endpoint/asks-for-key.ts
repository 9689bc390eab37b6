import { EndpointClient } from './endpoint-client.ts'
import { EndpointError } from './endpoint-error.ts'
import type { Passage } from './passage.ts'
import type { RequestExtras } from './request-extras.ts'

/** Whether an endpoint refuses whoever shows no key. One that cannot be reached does not: whoever probes it says so. */
export async function asksForKey(
  endpoint: Passage & { readonly url: string; readonly extras?: RequestExtras },
): Promise<boolean> {
  const { url, extras, proxies, insecure } = endpoint
  const client = new EndpointClient({
    url,
    ...(extras && { extras }),
    ...(proxies && { proxies }),
    ...(insecure && { insecure }),
  })
  try {
    const { status } = await client.ask('GET', '/v1/models')
    return status === 401 || status === 403
  } catch (error) {
    if (!(error instanceof EndpointError)) throw error
    return false
  } finally {
    client.close()
  }
}
