import type { RequestExtras } from '@reprise/replay-engine/endpoint'
import type { RunTarget } from '@reprise/result-aggregator/run'
import type { ConnectedEndpoint, EndpointOptions } from './connect-endpoint.ts'

/** Where requests go and what they are made of, as a result tells it. `notReset`: why the prefix cache could not be emptied. */
export function targetOf(options: EndpointOptions, endpoint: ConnectedEndpoint, notReset?: string): RunTarget {
  return {
    kind: 'http',
    url: options.url,
    ...(options.otherUrls && { otherUrls: [...options.otherUrls], spread: options.spread ?? 'session' }),
    simulated: endpoint.simulated,
    clock: 'wall',
    engine: endpoint.answered,
    leastPromptTokens: endpoint.leastPromptTokens,
    ...(endpoint.words && { words: endpoint.words }),
    ...(endpoint.tokenizer !== undefined && { tokenizer: endpoint.tokenizer }),
    ...(options.api && options.api !== 'chat' && { api: options.api }),
    ...(options.processes !== undefined && options.processes > 1 && { processes: options.processes }),
    ...(options.prompts && { content: options.prompts.content }),
    ...(options.toldProxies?.length && { proxies: options.toldProxies }),
    ...(options.insecure && { insecure: options.insecure }),
    ...(options.assistant === 'live' && { assistant: options.assistant }),
    ...(options.outputLength === 'natural' && { outputLength: options.outputLength }),
    ...extrasTold(options.extras),
    ...(options.keepCache && { prefixCache: 'kept' as const }),
    ...(notReset !== undefined && { prefixCache: 'not emptied' as const }),
    notes: [...endpoint.notes, ...(notReset === undefined ? [] : [notReset])],
  }
}

/** Of headers the names alone. */
function extrasTold({ headers = {}, body = {} }: RequestExtras = {}): Pick<RunTarget, 'extras'> {
  const told = { headers: Object.keys(headers), body: { ...body } }
  return told.headers.length > 0 || Object.keys(body).length > 0 ? { extras: told } : {}
}
