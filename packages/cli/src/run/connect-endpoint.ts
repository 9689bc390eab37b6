import type { SweepJob } from '@reprise/matrix-generator'
import type { Clock } from '@reprise/replay-engine'
import {
  type Api,
  HttpTarget,
  LENGTH_FIELDS,
  type ProbedEndpoint,
  probeEndpoints,
  type RequestExtras,
  type Spread,
  takesTokenIds,
  type WordCheck,
} from '@reprise/replay-engine/endpoint'
import type { Corpus } from '@reprise/trace'
import { type IdentifiedEndpoint, identifyEndpoint } from './identify-endpoint.ts'

/** Replies are made as long as in the recording, or the model ends them, there at the latest. */
export const OUTPUT_LENGTHS = ['recorded', 'natural'] as const
export type OutputLength = (typeof OUTPUT_LENGTHS)[number]

export interface EndpointOptions {
  readonly url: string
  /** More that serve the same; requests are spread over all. */
  readonly otherUrls?: readonly string[]
  readonly spread?: Spread
  readonly api?: Api
  readonly model?: string
  /** Told by whoever runs the server; no endpoint says it. */
  readonly hardware?: string
  readonly gpus?: number
  readonly apiKey?: string
  /** Beside a run's own headers and fields. */
  readonly extras?: RequestExtras
  readonly timeout: number
  readonly temperature?: number
  /** Default: recorded. */
  readonly outputLength?: OutputLength
  /** What prompts are made of; default: the list that comes with the tool. */
  readonly prompts?: { readonly content: string; readonly words: readonly string[] }
  /** Leave the server's prefix cache as it is. */
  readonly keepCache?: boolean
  /** Of the sweep that this measures. */
  readonly job?: SweepJob
  /** Keep what is sent and what comes, token ids too where the server tells them. */
  readonly debugTrace?: boolean
}

/** An endpoint that answered, and what is known of it. */
export interface ConnectedEndpoint extends IdentifiedEndpoint {
  /** It is a model of an engine, and says so. */
  readonly simulated: boolean
  readonly notes: readonly string[]
  /** How far the words of prompts were checked; absent where nothing could be asked. */
  readonly words?: WordCheck
  /** Shortest prompt that can be exact: a word on top of what the template adds. */
  readonly leastPromptTokens: number
  readonly maxModelTokens?: number | undefined
  target(clock: Clock, corpus: Corpus): HttpTarget
}

/** Probes an endpoint, or several. @throws EndpointError */
export async function connectEndpoint(options: EndpointOptions): Promise<ConnectedEndpoint> {
  const endpoint = await probeEndpoints({
    url: options.url,
    ...(options.otherUrls && { otherUrls: options.otherUrls }),
    ...(options.model !== undefined && { model: options.model }),
    ...(options.apiKey !== undefined && { apiKey: options.apiKey }),
    ...(options.extras && { extras: options.extras }),
    ...(options.api && { api: options.api }),
    ...(options.prompts && { words: options.prompts.words }),
  })
  const returnTokenIds = options.debugTrace === true && (await takesTokenIds({ ...options, model: endpoint.model }))
  return {
    ...identifyEndpoint(endpoint, options),
    simulated: endpoint.engine.isModel,
    notes: [...endpoint.notes, ...(options.debugTrace ? traceNotes(returnTokenIds) : [])],
    ...(endpoint.wordCheck && { words: endpoint.wordCheck }),
    leastPromptTokens: endpoint.overhead.beforeUser + endpoint.overhead.behindLast + 1,
    maxModelTokens: endpoint.maxModelTokens,
    target: (clock, corpus) => new HttpTarget({ ...targetOptions(options, endpoint), returnTokenIds, clock, corpus }),
  }
}

function traceNotes(returnTokenIds: boolean): string[] {
  const cost = 'A debug trace was kept: the client did more for every chunk than it does when it measures.'
  return returnTokenIds ? [cost] : [cost, 'The server refuses return_token_ids: the debug trace has no token ids.']
}

function targetOptions(
  { outputLength, url, otherUrls, spread, api, apiKey, extras, timeout, temperature }: EndpointOptions,
  endpoint: ProbedEndpoint,
) {
  return {
    url,
    ...(otherUrls && { otherUrls }),
    ...(spread && { spread }),
    model: endpoint.model,
    words: endpoint.words,
    headWords: endpoint.headWords,
    overhead: endpoint.overhead,
    leaveOut: outputLength === 'natural' ? LENGTH_FIELDS : endpoint.leaveOut,
    systemRole: endpoint.systemRole,
    timeoutMs: timeout,
    ...(apiKey !== undefined && { apiKey }),
    ...(extras && { extras }),
    ...(api && { api }),
    ...(temperature !== undefined && { temperature }),
  }
}
