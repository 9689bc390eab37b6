import { isDeepStrictEqual } from 'node:util'
import { EndpointError } from './endpoint-error.ts'
import { type ProbedEndpoint, type ProbeOptions, probeEndpoint } from './probe-endpoint.ts'

/** Where two endpoints differ in one of these, a request would not be the same on both. */
const ALIKE: Readonly<Partial<Record<keyof ProbedEndpoint, string>>> = {
  engine: 'is another engine, or another version of it',
  maxModelTokens: 'has another longest context',
  words: 'has another tokenizer',
  headWords: 'has another tokenizer',
  overhead: 'has another chat template',
  systemRole: 'has another chat template',
  leaveOut: 'takes other request fields',
  countedBy: 'counts tokens in another way',
}

/**
 * Probes one endpoint, and others that must be like it: requests are spread over all of them.
 *
 * @throws EndpointError as `probeEndpoint` does, and where one differs from the first.
 */
export async function probeEndpoints(
  options: ProbeOptions & { readonly otherUrls?: readonly string[] },
): Promise<ProbedEndpoint> {
  const { otherUrls = [], ...access } = options
  const first = await probeEndpoint(access)
  const probed = await Promise.all(
    otherUrls.map(async (url) => ({ url, endpoint: await probeEndpoint({ ...access, url, model: first.model }) })),
  )
  for (const { url, endpoint } of probed) refuseUnlike(endpoint, { url, first, firstUrl: access.url })
  return first
}

function refuseUnlike(
  endpoint: ProbedEndpoint,
  { url, first, firstUrl }: { readonly url: string; readonly first: ProbedEndpoint; readonly firstUrl: string },
): void {
  for (const [field, found] of Object.entries(ALIKE)) {
    const name = field as keyof ProbedEndpoint
    if (isDeepStrictEqual(endpoint[name], first[name])) continue
    throw new EndpointError({
      url,
      tried: `comparing it with ${firstUrl}`,
      found: `it ${found}`,
      cure: 'Start all of them alike, or measure each by itself',
    })
  }
}
