import type { ChatCompletionRequest, CompletionRequest } from '@reprise/wire'
import type { EngineConfig } from '../core/engine-config.ts'
import { keyOfText, mixKey } from '../core/mix-key.ts'
import { ApiError, fieldError } from './api-error.ts'
import { checkSampling } from './check-sampling.ts'
import { digestMessages, digestPrompt, type TemplateTokens } from './digest-prompt.ts'
import { refuseBody } from './parse-body.ts'
import { type PlannedReply, planReply } from './plan-reply.ts'
import type { PromptDigest } from './prompt-hasher.ts'
import { refuseUnsupported } from './refuse-unsupported.ts'
import { idsOf, tokensOfMessages, tokensOfText } from './tokenize.ts'

/** The embedded model: what a request is checked against and planned with. */
export interface ServedModel {
  readonly engine: EngineConfig
  readonly overhead: TemplateTokens
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
  readonly returnTokenIds: boolean
  /** Ids of the prompt's tokens, where the client asked for them. */
  readonly promptTokenIds?: readonly number[]
}

/** vLLM's default of `max_tokens` on `/v1/completions`. On chat there is none: the rest of the context. */
const completionMaxTokens = 16

/** What both routes have. */
type Sampling = ChatCompletionRequest | CompletionRequest

/**
 * The plan of a chat request.
 *
 * @param requestKey stands in for a seed where the request has none and samples.
 * @throws ApiError for what vLLM would refuse, in its words, and for what the embedded model cannot do.
 */
export function planChat(body: ChatCompletionRequest, model: ServedModel, requestKey: string): GenerationPlan {
  const asked = body.max_completion_tokens ?? body.max_tokens ?? undefined
  checkStreamOptions(body)
  checkModel(body.model, model)
  checkMaxTokens(asked, model)
  const prompt = digestMessages(body.messages, { ...digestOptions(body, model), tools: body.tools })
  checkLength(prompt.promptTokens, asked, model, 'chat')
  const promptTokenIds = body.return_token_ids
    ? idsOf(tokensOfMessages(body.messages, { overhead: model.overhead, tools: body.tools }))
    : undefined
  return planSampling({ body, model, requestKey, prompt, asked, promptTokenIds })
}

/** The plan of a completion request, as `planChat`. */
export function planCompletion(body: CompletionRequest, model: ServedModel, requestKey: string): GenerationPlan {
  const asked = body.max_tokens === undefined ? completionMaxTokens : (body.max_tokens ?? undefined)
  checkStreamOptions(body)
  checkModel(body.model, model)
  checkMaxTokens(asked, model)
  const text = onePromptOf(body.prompt)
  const prompt = digestPrompt(text, digestOptions(body, model))
  checkLength(prompt.promptTokens, asked, model, 'completion')
  const promptTokenIds = body.return_token_ids ? idsOfPrompt(text) : undefined
  return planSampling({ body, model, requestKey, prompt, asked, promptTokenIds })
}

function planSampling(options: {
  body: Sampling
  model: ServedModel
  requestKey: string
  prompt: PromptDigest
  asked: number | undefined
  promptTokenIds: readonly number[] | undefined
}): GenerationPlan {
  const { body, model, requestKey, prompt, asked, promptTokenIds } = options
  const maxTokens = asked ?? model.engine.scheduler.maxModelLen - prompt.promptTokens
  const minTokens = body.min_tokens ?? 0
  refuseUnsupported(body)
  checkSampling(body, { maxTokens, minTokens })
  const reply = planReply({
    textKey: textKeyOf(body, prompt, requestKey),
    maxTokens,
    minTokens,
    ignoreEos: body.ignore_eos ?? false,
    stop: typeof body.stop === 'string' ? [body.stop] : (body.stop ?? []),
    stopTokenIds: body.stop_token_ids ?? [],
  })
  const includeUsage = body.stream_options?.include_usage ?? false
  return {
    prompt,
    maxTokens,
    ignoresEos: body.ignore_eos ?? false,
    priority: body.priority ?? 0,
    reply,
    stream: body.stream ?? false,
    includeUsage,
    continuousUsage: includeUsage && (body.stream_options?.continuous_usage_stats ?? false),
    returnTokenIds: body.return_token_ids ?? false,
    ...(promptTokenIds && { promptTokenIds }),
  }
}

function digestOptions(body: Sampling, { engine, overhead }: ServedModel) {
  return { blockSize: engine.scheduler.blockSize, overhead, salt: body.cache_salt ?? undefined }
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

/** One prompt a request, as text or ids; a list of one prompt is that prompt. */
function onePromptOf(prompt: CompletionRequest['prompt']): string | number[] {
  if (typeof prompt === 'string') return prompt
  const first = prompt[0]
  if (first === undefined) return []
  if (typeof first === 'number') return prompt as number[]
  if (prompt.length === 1) return first
  throw new ApiError(`${prompt.length} prompts in one request are not supported: send one request for each.`, {
    param: 'prompt',
  })
}

function idsOfPrompt(prompt: string | readonly number[]): readonly number[] {
  return typeof prompt === 'string' ? idsOf(tokensOfText(prompt)) : prompt
}

/** What the text of a reply depends on: at temperature 0 the text follows from the prompt; else from the seed too, or from the request where it has none. */
export function textKeyOf(
  body: Pick<Sampling, 'temperature' | 'seed'>,
  prompt: PromptDigest,
  requestKey: string,
): number {
  if (body.temperature === 0) return prompt.contentHash
  return mixKey(prompt.contentHash, keyOfText(body.seed == null ? `request ${requestKey}` : `seed ${body.seed}`))
}
