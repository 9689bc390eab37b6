import type { ChatCompletionRequest, CompletionRequest } from '@reprise/wire'
import { ApiError } from '../api-error.ts'
import { digestMessages, digestPrompt } from '../digest-prompt.ts'
import { validationError } from '../parse-body.ts'
import { type GenerationPlan, type ServedModel, textKeyOf } from '../plan-generation.ts'
import { planReply } from '../plan-reply.ts'
import type { PromptDigest } from '../prompt-hasher.ts'
import { idsOf, idsOfPrompt, tokensOfMessages } from '../tokenize.ts'
import { checkSglangSampling, type SglangSampling } from './check-sglang-sampling.ts'
import { contextRoom } from './context-room.ts'
import type { GenerateRequest } from './generate-request.ts'
import { refuseSglangUnsupported } from './refuse-sglang-unsupported.ts'

/** SGLang's default of `max_tokens` on `/v1/completions`, and of `max_new_tokens` on `/generate`. */
const completionMaxTokens = 16
const generateMaxTokens = 128

/**
 * The plan of a chat request. Any model's name is taken.
 *
 * @param requestKey stands in for a seed where the request has none and samples.
 * @throws ApiError for what SGLang would refuse, in its words, and for what the embedded model cannot do.
 */
export function planSglangChat(body: ChatCompletionRequest, model: ServedModel, requestKey: string): GenerationPlan {
  const { messages, tools } = body
  if (messages.length === 0) throw new ApiError('Messages cannot be empty.')
  refuseSglangUnsupported(body)
  const prompt = digestMessages(messages, { ...digestOptions(body, model), tools })
  const ids = () => idsOf(tokensOfMessages(messages, { ...model, tools }))
  // As Python's `or`: a limit of 0 is none, where there is another.
  const asked = body.max_completion_tokens || body.max_tokens
  return planSglang({ prompt, model, requestKey, ...openaiWish(body, asked), ...(body.return_token_ids && { ids }) })
}

/** The plan of a completion request, as `planSglangChat`. */
export function planSglangCompletion(body: CompletionRequest, model: ServedModel, requestKey: string): GenerationPlan {
  const asked = body.max_tokens ?? completionMaxTokens
  if (asked <= 0) refuseMaxTokens(asked)
  const text = onePrompt(body.prompt)
  if (text.length === 0) throw new ApiError('Prompt cannot be empty')
  refuseSglangUnsupported(body)
  const prompt = digestPrompt(text, digestOptions(body, model))
  const ids = () => idsOfPrompt(text, model.vocabulary)
  return planSglang({ prompt, model, requestKey, ...openaiWish(body, asked), ...(body.return_token_ids && { ids }) })
}

/** The plan of a request of the native route, as `planSglangChat`. Its replies tell the ids of their tokens. */
export function planSglangGenerate(body: GenerateRequest, model: ServedModel, requestKey: string): GenerationPlan {
  const { text, input_ids: inputIds, sampling_params: sampling } = body
  const given = text ?? inputIds
  if (given === undefined || given === null || body.input_embeds) {
    throw new ApiError('Either text, input_ids or input_embeds should be provided.')
  }
  const only = onePrompt(given)
  refuseSglangUnsupported({ ...body, ...sampling })
  const prompt = digestPrompt(only, digestOptions(body, model))
  const asked = sampling?.max_new_tokens === undefined ? generateMaxTokens : sampling.max_new_tokens
  return planSglang({
    ...{ prompt, model, requestKey },
    sampling: { ...sampling, max_new_tokens: asked },
    seed: sampling?.sampling_seed,
    ignoreEos: sampling?.ignore_eos ?? false,
    stopTokenIds: sampling?.stop_token_ids ?? [],
    priority: body.priority ?? 0,
    stream: body.stream ?? false,
    returnTokenIds: true,
    ...(body.return_prompt_token_ids && { ids: () => idsOfPrompt(only, model.vocabulary) }),
  })
}

interface Wish {
  readonly prompt: PromptDigest
  readonly model: ServedModel
  readonly requestKey: string
  readonly sampling: SglangSampling
  readonly seed: number | null | undefined
  readonly ignoreEos: boolean
  readonly stopTokenIds: readonly number[]
  readonly priority: number
  readonly stream: boolean
  readonly includeUsage?: boolean
  readonly continuousUsage?: boolean
  readonly returnTokenIds: boolean
  /** Ids of the prompt's tokens, where they are asked for. */
  readonly ids?: () => readonly number[]
}

function openaiWish(body: ChatCompletionRequest | CompletionRequest, asked: number | null | undefined) {
  const { stream_options: options } = body
  return {
    sampling: { ...body, min_new_tokens: body.min_tokens, max_new_tokens: asked } as SglangSampling,
    seed: body.seed,
    ignoreEos: body.ignore_eos ?? false,
    stopTokenIds: body.stop_token_ids ?? [],
    priority: body.priority ?? 0,
    stream: body.stream ?? false,
    includeUsage: options?.include_usage ?? false,
    continuousUsage: options?.continuous_usage_stats ?? false,
    returnTokenIds: body.return_token_ids ?? false,
  }
}

function planSglang({ prompt, model, requestKey, sampling, seed, ids, ...wish }: Wish): GenerationPlan {
  const contextTokens = model.engine.scheduler.maxModelLen
  const maxTokens = contextRoom(prompt.promptTokens, sampling.max_new_tokens ?? undefined, contextTokens)
  checkSglangSampling(sampling)
  const { stop } = sampling
  const { ignoreEos, stopTokenIds, ...sent } = wish
  const reply = planReply({
    textKey: textKeyOf({ temperature: sampling.temperature, seed }, prompt, requestKey),
    maxTokens,
    minTokens: Math.min(sampling.min_new_tokens ?? 0, maxTokens),
    ignoreEos,
    stop: typeof stop === 'string' ? [stop] : (stop ?? []),
    stopTokenIds,
    vocabulary: model.vocabulary,
  })
  return {
    ...{ prompt, maxTokens, reply, ignoresEos: ignoreEos },
    includeUsage: false,
    continuousUsage: false,
    ...sent,
    ...(ids && { promptTokenIds: ids() }),
  }
}

function digestOptions(body: { readonly cache_salt?: unknown }, { engine, overhead, vocabulary }: ServedModel) {
  const salt = typeof body.cache_salt === 'string' ? body.cache_salt : undefined
  return { blockSize: engine.scheduler.blockSize, overhead, vocabulary, salt }
}

/** Source: `validate_max_tokens_positive` of SGLang 0.5.23, `entrypoints/openai/protocol.py`. */
function refuseMaxTokens(asked: number): never {
  const msg = 'Value error, max_tokens must be positive'
  throw validationError([{ type: 'value_error', loc: 'body.max_tokens', msg, input: asked }])
}

type Prompt = string | readonly number[]

/** One prompt a request, as text or ids; a list of one prompt is that prompt. */
function onePrompt(prompt: Prompt | readonly Prompt[]): Prompt {
  if (typeof prompt === 'string') return prompt
  const [first] = prompt
  if (first === undefined || typeof first === 'number') return prompt as readonly number[]
  if (prompt.length === 1) return first
  throw new ApiError(`${prompt.length} prompts in one request are not supported: send one request for each.`)
}
