import type { VerifyEvidence } from '../evidence/verify-evidence.ts'

const leastCovered = 0.95

/**
 * Why the server's own counts cannot be laid beside the client's; `undefined` where they can. Only an engine that requests went to, and each of them that they
 * went to, has counted them all: pages behind a router may be some of many.
 */
export function whyNotCompared({ run: { target }, built: { server }, seen }: VerifyEvidence): string | undefined {
  if (!server) return 'the metrics of the server were not sampled'
  if (!seen.inFlight || server.windowMs === undefined) return 'the run has no window with an end'
  if (server.coveredShare === undefined || server.coveredShare < leastCovered)
    return 'samples of the server do not cover the window'
  const own = server.sources.filter(
    ({ found, sameAs, samples }) => found === 'endpoint' && sameAs === undefined && samples > 0,
  )
  // Counters that fall are those of a server that began anew, or of several behind one address.
  if (own.some(({ resets = 0 }) => resets > 0)) return 'the counters of the server fell in between'
  const endpoints = 1 + (target.otherUrls?.length ?? 0)
  if (own.length < endpoints || own.some(({ engine }) => engine === undefined || !engines.has(engine)))
    return 'the pages that were read are not those of every engine that answered'
  return undefined
}

/** Whose pages tell of one engine, and not of what stands before several. */
const engines: ReadonlySet<string> = new Set(['vllm', 'sglang', 'tensorrt-llm', 'atom'])
