import type { SweepJob } from '@reprise/matrix-generator'
import type { Load, Target } from '@reprise/replay-engine'
import type { Clock } from '@reprise/replay-engine/clock'
import {
  type Api,
  type Assistant,
  HttpTarget,
  LENGTH_FIELDS,
  type LocalTokenizer,
  type Passage,
  type ProbedEndpoint,
  ProcessTarget,
  PromptCutter,
  type PromptTrial,
  probeEndpoints,
  type RequestExtras,
  type Spread,
  takesTokenIds,
  tryPrompts,
  type WordCheck,
} from '@reprise/replay-engine/endpoint'
import type { RunTarget } from '@reprise/result-aggregator/run'
import type { Corpus } from '@reprise/trace'
import type { ToldOptions } from '../options/told-of.ts'
import type { ClientHealthSample } from './client-health.ts'
import { type IdentifiedEndpoint, identifyEndpoint } from './identify-endpoint.ts'
import type { ServerMetricsOptions } from './server-metrics.ts'
import { startSender } from './start-sender.ts'

/** Replies are made as long as in the recording, or the model ends them, there at the latest. */
export const OUTPUT_LENGTHS = ['recorded', 'natural'] as const
export type OutputLength = (typeof OUTPUT_LENGTHS)[number]

export interface EndpointOptions extends ServerMetricsOptions, Passage, ToldOptions {
  readonly url: string
  /** More that serve the same; requests are spread over all. */
  readonly otherUrls?: readonly string[]
  /** What is told of the proxies. */
  readonly toldProxies?: RunTarget['proxies']
  readonly spread?: Spread
  readonly api?: Api
  /** How many send; default: this one. */
  readonly processes?: number
  readonly model?: string
  readonly apiKey?: string
  /** Beside a run's own headers and fields. */
  readonly extras?: RequestExtras
  readonly timeout: number
  readonly temperature?: number
  /** Default: recorded. */
  readonly outputLength?: OutputLength
  /** Default: canned. */
  readonly assistant?: Assistant
  /** What prompts are made of; default: the list that comes with the tool. */
  readonly prompts?: { readonly content: string; readonly words: readonly string[] }
  /** What checks the words where the server has no `/tokenize`. */
  readonly localTokenizer?: LocalTokenizer
  /** Leave the server's prefix cache as it is. */
  readonly keepCache?: boolean
  /** Of the sweep that this measures. */
  readonly job?: SweepJob
  /** Keep what is sent and what comes, token ids too where the server tells them. */
  readonly debugTrace?: boolean
  /** Begin although no prompt is as long for the server as planned. */
  readonly acceptInexact?: boolean
}

/** An endpoint that answered, and what is known of it. */
export interface ConnectedEndpoint extends IdentifiedEndpoint {
  /** It is a model of an engine, and says so. */
  readonly simulated: boolean
  readonly notes: readonly string[]
  /** How far the words of prompts were checked; absent where nothing could be asked. */
  readonly words?: WordCheck
  /** Name of the tokenizer that they were checked by, where it was not the server's own answer. */
  readonly tokenizer?: string
  readonly countedBy: ProbedEndpoint['countedBy']
  /** Shortest prompt that can be exact: a word on top of what the template adds. */
  readonly leastPromptTokens: number
  readonly maxModelTokens?: number | undefined
  /** Sends a few prompts as a run would, and says how they came out. */
  tryPrompts(): Promise<PromptTrial>
  /** `load`: of the plan, which says what headers tell of sessions. */
  open(clock: Clock, corpus: Corpus, load: Pick<Load, 'sessionHeaders'>): Promise<EndpointTarget>
}

/** Where the requests of a run go, until it is closed. */
export interface EndpointTarget {
  readonly target: Target
  /** Absent where several processes send. */
  readonly legible?: HttpTarget
  /** Ends connections and processes; gives how each of those fared. */
  close(): Promise<readonly ClientHealthSample[]>
}

/** For each prompt that is tried: the server has answered once by then. */
const MOST_TRIAL_MS = 60_000

/** Probes an endpoint, or several. @throws EndpointError */
export async function connectEndpoint(options: EndpointOptions): Promise<ConnectedEndpoint> {
  const endpoint = await probeEndpoints({
    url: options.url,
    ...(options.otherUrls && { otherUrls: options.otherUrls }),
    ...(options.model !== undefined && { model: options.model }),
    ...(options.apiKey !== undefined && { apiKey: options.apiKey }),
    ...(options.extras && { extras: options.extras }),
    ...(options.proxies && { proxies: options.proxies }),
    ...(options.insecure && { insecure: options.insecure }),
    ...(options.api && { api: options.api }),
    ...(options.prompts && { words: options.prompts.words }),
    ...(options.localTokenizer && { tokenizer: options.localTokenizer }),
  })
  const returnTokenIds = options.debugTrace === true && (await takesTokenIds({ ...options, model: endpoint.model }))
  const leastPromptTokens = endpoint.overhead.beforeUser + endpoint.overhead.behindLast + 1
  const { maxModelTokens, countedBy } = endpoint
  return {
    ...(await identifyEndpoint(endpoint, options)),
    simulated: endpoint.engine.isModel,
    notes: [...endpoint.notes, ...(options.debugTrace ? traceNotes(returnTokenIds) : [])],
    ...(endpoint.wordCheck && { words: endpoint.wordCheck }),
    ...(endpoint.tokenizer !== undefined && { tokenizer: endpoint.tokenizer }),
    ...{ leastPromptTokens, maxModelTokens, countedBy },
    // Nothing is lost yet: a user who asks to stop is not to wait for the replies.
    tryPrompts: () =>
      tryPrompts(
        { ...targetOptions(options, endpoint), timeoutMs: Math.min(options.timeout, MOST_TRIAL_MS) },
        { leastTokens: leastPromptTokens, mostTokens: maxModelTokens, signal: new AbortController().signal },
      ),
    open: (clock, corpus, { sessionHeaders }) =>
      openTarget(
        { ...targetOptions(options, endpoint), returnTokenIds, ...(sessionHeaders && { sessionHeaders }) },
        { clock, corpus, ...options },
      ),
  }
}

async function openTarget(
  options: ReturnType<typeof targetOptions> & { readonly returnTokenIds: boolean },
  { clock, corpus, processes = 1 }: { readonly clock: Clock; readonly corpus: Corpus; readonly processes?: number },
): Promise<EndpointTarget> {
  if (processes === 1) {
    const target = new HttpTarget({ ...options, clock, corpus })
    return { target, legible: target, close: () => target.close().then(() => []) }
  }
  const cuts = new PromptCutter({ ...options, corpus })
  const target = await ProcessTarget.open({ clock, options, cuts, processes, start: startSender })
  return { target, close: async () => (await target.close()) as ClientHealthSample[] }
}

function traceNotes(returnTokenIds: boolean): string[] {
  const cost = 'A debug trace was kept: the client did more for every chunk than it does when it measures.'
  return returnTokenIds ? [cost] : [cost, 'The server refuses return_token_ids: the debug trace has no token ids.']
}

function targetOptions(
  {
    assistant,
    insecure,
    outputLength,
    proxies,
    url,
    otherUrls,
    spread,
    api,
    apiKey,
    extras,
    timeout,
    temperature,
  }: EndpointOptions,
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
    ...(proxies && { proxies }),
    ...(insecure && { insecure }),
    ...(api && { api }),
    ...(assistant && { assistant }),
    ...(temperature !== undefined && { temperature }),
  }
}
