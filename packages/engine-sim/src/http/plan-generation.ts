import type { ChatCompletionRequest, CompletionRequest } from '@reprise/wire'
import type { EngineConfig } from '../core/engine-config.ts'
import { keyOfText, mixKey } from '../core/mix-key.ts'
import { ApiError, fieldError } from './api-error.ts'
import { checkPromptIds, checkStopIds } from './check-ids.ts'
import { chatTopLogProbs, checkTopLogProbs, completionTopLogProbs, promptTopLogProbs } from './check-log-probs.ts'
import { checkChoices, checkGreedy, checkSampling } from './check-sampling.ts'
import { digestMessages, digestPrompt, openedAsAsked, type TemplateTokens } from './digest-prompt.ts'
import { type Echo, echoOfChat, echoOfPrompt } from './echo.ts'
import type { PromptLogProbs } from './log-probs.ts'
import { refuseBody } from './parse-body.ts'
import { type PlannedReply, planReply } from './plan-reply.ts'
import type { PromptDigest } from './prompt-hasher.ts'
import { refuseUnsupported } from './refuse-unsupported.ts'
import { idsOf, idsOfPrompt, tokensOfMessages, tokensOfPrompt } from './tokenize.ts'
import type { Token, Vocabulary } from './vocabulary.ts'

/** The embedded model: what a request is checked against and planned with. */
export interface ServedModel {
  readonly engine: EngineConfig
  readonly overhead: TemplateTokens
  readonly vocabulary: Vocabulary
}

/** An accepted request: what the engine is to compute and what the client is to read. */
export interface GenerationPlan {
  readonly prompt: PromptDigest
  readonly maxTokens: number
  readonly ignoresEos: boolean
  /** Lower goes first, where the engine goes by it. */
  readonly priority: number
  readonly reply: PlannedReply
  readonly stream: boolean
  readonly includeUsage: boolean
  readonly continuousUsage: boolean
  /** Tokens of a stream that are to be sent together, where the server does not send more together; absent where the client does not say. */
  readonly streamInterval?: number
  readonly returnTokenIds: boolean
  /** Ids of the prompt's tokens, where the client asked for them. */
  readonly promptTokenIds?: readonly number[]
  /** Which it is of the choices that one prompt is to have; absent where it has one. */
  readonly sibling?: { readonly index: number; readonly of: Siblings }
  /** How many of the likeliest tokens the client wants to see beside each token; absent where it does not ask how likely they are. */
  readonly topLogProbs?: number
  /** How likely its prompt was, where the client asks for it: that is known only of tokens that are computed. Source: `SamplingParams` of vLLM 0.33.0. */
  readonly promptLogProbs?: PromptLogProbs
  /** What is repeated before the reply. */
  readonly echo?: Echo
}

/** The choices of one prompt, as one thing. */
export interface Siblings {
  readonly count: number
}

/** vLLM's default of `max_tokens` on `/v1/completions`. On chat there is none: the rest of the context. */
const completionMaxTokens = 16

/** What both routes have. */
type Sampling = ChatCompletionRequest | CompletionRequest

/** Fields that ask for more than one bare text, which not every route can tell. */
const choiceFields = ['n', 'logprobs', 'prompt_logprobs', 'echo']

/**
 * The plan of a conversation that has one reply.
 *
 * @param requestKey stands in for a seed where the request has none and samples.
 * @throws ApiError for what vLLM would refuse, in its words, and for what the embedded model cannot do.
 */
export function planChat(body: ChatCompletionRequest, model: ServedModel, requestKey: string): GenerationPlan {
  refuseUnsupported(body)
  return planChatChoices(body, model, requestKey)[0]!
}

/** The plans of the choices of a chat request, in their order, as `planChat`. */
export function planChatChoices(
  body: ChatCompletionRequest,
  model: ServedModel,
  requestKey: string,
): readonly GenerationPlan[] {
  const asked = body.max_completion_tokens ?? body.max_tokens ?? undefined
  checkStreamOptions(body)
  const tops = { reply: chatTopLogProbs(body), prompt: promptTopLogProbs(body, body.top_logprobs ?? 0) }
  checkModel(body.model, model)
  checkMaxTokens(asked, model)
  checkChoices(body, 1)
  const overhead = openedAsAsked(model.overhead, body.add_generation_prompt)
  const prompt = digestMessages(body.messages, { ...digestOptions(body, model), overhead, tools: body.tools })
  checkLength(prompt.promptTokens, asked, model, 'chat')
  const tokens = () => tokensOfMessages(body.messages, { ...model, overhead, tools: body.tools })
  const promptTokenIds = body.return_token_ids ? idsOf(tokens()) : undefined
  const planned = { prompt, tokens, promptTokenIds, echo: echoOfChat(body) }
  return planSampling({ body, model, requestKey, asked, tops, planned: [planned] })
}

/** The plans of the choices of a completion request: of its first prompt, of its second, and so on. As `planChat`. */
export function planCompletionChoices(
  body: CompletionRequest,
  model: ServedModel,
  requestKey: string,
): readonly GenerationPlan[] {
  const max = body.max_tokens ?? completionMaxTokens
  // A prompt that is only to be repeated takes a token all the same, which nobody is told.
  const asked = body.echo && max === 0 ? 1 : max
  checkStreamOptions(body)
  const top = completionTopLogProbs(body)
  const tops = { reply: top, prompt: promptTopLogProbs(body, top) }
  checkModel(body.model, model)
  checkMaxTokens(asked, model)
  const prompts = promptsOf(body.prompt)
  checkChoices(body, prompts.length)
  const planned = prompts.map((text) => {
    const prompt = digestPrompt(text, digestOptions(body, model))
    checkLength(prompt.promptTokens, asked, model, 'completion')
    checkPromptIds(text, model.vocabulary)
    const promptTokenIds = body.return_token_ids ? idsOfPrompt(text, model.vocabulary) : undefined
    const tokens = () => tokensOfPrompt(text, model.vocabulary)
    return { prompt, tokens, promptTokenIds, echo: echoOfPrompt(body, text, tokens) }
  })
  return planSampling({ body, model, requestKey, asked, tops, planned })
}

interface PlannedPrompt {
  readonly prompt: PromptDigest
  readonly tokens: () => readonly Token[]
  readonly promptTokenIds: readonly number[] | undefined
  readonly echo: Echo | undefined
}

function planSampling(options: {
  body: Sampling
  model: ServedModel
  requestKey: string
  asked: number | undefined
  tops: { readonly reply: number | undefined; readonly prompt: number | undefined }
  planned: readonly PlannedPrompt[]
}): GenerationPlan[] {
  const { body, model, requestKey, asked, tops, planned } = options
  const minTokens = body.min_tokens ?? 0
  const count = body.n ?? 1
  refuseUnsupported(body, choiceFields)
  return planned.flatMap(({ prompt, tokens, promptTokenIds, echo }, at) => {
    const maxTokens = asked ?? model.engine.scheduler.maxModelLen - prompt.promptTokens
    checkSampling(body, { maxTokens, minTokens })
    checkGreedy(body)
    checkTopLogProbs('sample', tops.reply, model.vocabulary)
    checkTopLogProbs('prompt', tops.prompt, model.vocabulary)
    checkStopIds(body, model.vocabulary)
    const promptLogProbs = tops.prompt === undefined ? undefined : { tokens: tokens(), top: tops.prompt }
    const of: Siblings = { count }
    return Array.from({ length: count }, (_, index): GenerationPlan => {
      const reply = planReply({
        textKey: textKeyOf(
          { temperature: body.temperature, seed: body.seed == null ? body.seed : BigInt(body.seed) + BigInt(index) },
          prompt,
          at + index === 0 ? requestKey : `${requestKey} ${at} ${index}`,
        ),
        maxTokens,
        minTokens,
        ignoreEos: body.ignore_eos ?? false,
        stop: typeof body.stop === 'string' ? [body.stop] : (body.stop ?? []),
        stopTokenIds: body.stop_token_ids ?? [],
        vocabulary: model.vocabulary,
      })
      return {
        ...{ prompt, maxTokens, reply, ...askedOf(body) },
        ...(promptTokenIds && { promptTokenIds }),
        ...(count > 1 && { sibling: { index, of } }),
        ...(tops.reply !== undefined && { topLogProbs: tops.reply }),
        ...(promptLogProbs && { promptLogProbs }),
        ...(echo && { echo }),
      }
    })
  })
}

/** What a request says of its reply that is the same for every choice. */
function askedOf(body: Sampling) {
  const includeUsage = body.stream_options?.include_usage ?? false
  return {
    ignoresEos: body.ignore_eos ?? false,
    priority: body.priority ?? 0,
    stream: body.stream ?? false,
    includeUsage,
    continuousUsage: includeUsage && (body.stream_options?.continuous_usage_stats ?? false),
    returnTokenIds: body.return_token_ids ?? false,
    ...(body.stream_interval != null && { streamInterval: body.stream_interval }),
  }
}

function digestOptions(body: Sampling, { engine, overhead, vocabulary }: ServedModel) {
  return { blockSize: engine.scheduler.blockSize, overhead, vocabulary, salt: body.cache_salt ?? undefined }
}

/** Options of a stream for a reply that is none. */
function checkStreamOptions(body: Sampling): void {
  const { stream, stream_options: options } = body
  if (!options || stream || Object.keys(options).length === 0) return
  refuseBody('Stream options can only be defined when `stream=True`.', 'stream_options', body)
}

/**
 * Refuses a model that is not the one that is served.
 *
 * @throws ApiError 404 in vLLM's words.
 */
export function checkModel(asked: string | null | undefined, { engine }: ServedModel): void {
  // As vLLM: without a name, or with an empty one, the model that is served is meant.
  if (!asked || asked === engine.model) return
  throw new ApiError(`The model \`${asked}\` does not exist. Valid aliases: ${engine.model}.`, {
    status: 404,
    type: 'NotFoundError',
    param: 'model',
  })
}

function checkMaxTokens(asked: number | undefined, { engine }: ServedModel): void {
  const { maxModelLen } = engine.scheduler
  if (asked === undefined || asked <= maxModelLen) return
  const message = `max_tokens=${asked} cannot be greater than max_model_len=${maxModelLen}. Please request fewer output tokens.`
  throw fieldError(message, 'max_tokens', asked)
}

/** vLLM stops counting a chat prompt at the first token too many, so it can only say "at least". */
function checkLength(
  promptTokens: number,
  asked: number | undefined,
  { engine }: ServedModel,
  route: 'chat' | 'completion',
): void {
  const limit = engine.scheduler.maxModelLen
  const opening = `This model's maximum context length is ${limit} tokens. However, `
  if (promptTokens === 0) throw new ApiError('The decoder prompt cannot be empty', { param: 'prompt' })
  if (promptTokens > limit) {
    const counted = route === 'chat' ? limit + 1 : promptTokens
    const contains = `your prompt contains ${route === 'chat' ? 'at least ' : ''}${counted} input tokens`
    const cure =
      'which exceeds this limit even without any output tokens. Please reduce the length of the input prompt.'
    throw fieldError(`${opening}${contains}, ${cure}`, 'input_tokens', counted)
  }
  if (asked !== undefined && promptTokens + asked > limit) {
    const counted = route === 'chat' ? limit - asked + 1 : promptTokens
    const requested = `you requested ${asked} output tokens and your prompt contains at least ${counted} input tokens, `
    const total = `for a total of at least ${counted + asked} tokens. Please reduce the length of the input prompt or `
    throw fieldError(`${opening}${requested}${total}the number of requested output tokens.`, 'input_tokens', counted)
  }
}

/** The prompts of a request, each as text or ids. */
function promptsOf(prompt: CompletionRequest['prompt']): readonly (string | number[])[] {
  if (typeof prompt === 'string') return [prompt]
  const first = prompt[0]
  return first === undefined || typeof first === 'number' ? [prompt as number[]] : (prompt as string[] | number[][])
}

/** What the text of a reply depends on: at temperature 0 the text follows from the prompt; else from the seed too, or from the request where it has none. */
export function textKeyOf(
  body: Pick<Sampling, 'temperature'> & { readonly seed?: number | bigint | null | undefined },
  prompt: PromptDigest,
  requestKey: string,
): number {
  if (body.temperature === 0) return prompt.contentHash
  return mixKey(prompt.contentHash, keyOfText(body.seed == null ? `request ${requestKey}` : `seed ${body.seed}`))
}
