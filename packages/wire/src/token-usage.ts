import { z } from 'zod'
import { isObject, type JsonObject } from './json-fields.ts'

/** Why a count that a server told is taken as unknown; docs/glossary.md has a line for each. */
export const IgnoredUsage = z.enum([
  'not-a-count',
  'beyond-measure',
  'fell-back',
  'zero-input',
  'zero-output',
  'cached-above-input',
])
export type IgnoredUsage = z.infer<typeof IgnoredUsage>

/** No model's context holds so many tokens. */
const MOST_TOKENS = 10_000_000

/** Tokens of a reply as the server counts them. A count is absent where the server does not tell it, or tells one that cannot be. */
export interface TokenUsage {
  readonly inputTokens?: number
  readonly outputTokens?: number
  /** Prompt tokens found in the prefix cache: a number, 0 included, where the server says; absent where it does not. */
  readonly cachedTokens?: number
  /** Of those, the ones that came from the memory of the server's host, and from its disk; no server tells it, the engine model does. */
  readonly hostTokens?: number
  readonly diskTokens?: number
  /** Prompt tokens that were computed though the server's cache had had them, which it had evicted; told by the engine model alone. */
  readonly recomputedTokens?: number
  /** Why counts were left out, each reason once. */
  readonly ignored?: readonly IgnoredUsage[]
}

/**
 * The usage of one reply, gathered from its body or from any number of its chunks.
 *
 * Counts of a reply can only grow, so that of each the largest is kept: servers that count as they go are followed, and a last chunk of
 * zeros changes nothing.
 */
export class UsageCount {
  #inputTokens: number | undefined
  #outputTokens: number | undefined
  #cachedTokens: number | undefined
  #ignored: Set<IgnoredUsage> | undefined

  /** Reads the `usage` of an OpenAI-style body or chunk, by the names of completions or of responses. @returns how many output tokens came to those before; undefined: it tells none. */
  read(body: JsonObject): number | undefined {
    const usage = body.usage
    if (usage === undefined || usage === null) return undefined
    if (!isObject(usage)) {
      this.#ignore('not-a-count')
      return undefined
    }
    const before = this.#outputTokens ?? 0
    const told = this.#count(usage.completion_tokens ?? usage.output_tokens)
    this.#outputTokens = this.#larger(this.#outputTokens, told)
    this.#inputTokens = this.#larger(this.#inputTokens, this.#count(usage.prompt_tokens ?? usage.input_tokens))
    const details = usage.prompt_tokens_details ?? usage.input_tokens_details
    if (isObject(details)) this.#cachedTokens = this.#larger(this.#cachedTokens, this.#count(details.cached_tokens))
    return told === undefined ? undefined : told - before
  }

  /** What is known; undefined where no usage was told. `hasText`: the reply has shown tokens. */
  usage({ hasText }: { readonly hasText: boolean }): TokenUsage | undefined {
    const ignored = new Set(this.#ignored)
    const known: { -readonly [Name in keyof TokenUsage]: TokenUsage[Name] } = {}
    if (this.#inputTokens === 0) ignored.add('zero-input')
    else if (this.#inputTokens !== undefined) known.inputTokens = this.#inputTokens
    if (this.#outputTokens === 0 && hasText) ignored.add('zero-output')
    else if (this.#outputTokens !== undefined) known.outputTokens = this.#outputTokens
    if (this.#cachedTokens !== undefined) {
      if (this.#cachedTokens > (known.inputTokens ?? this.#cachedTokens)) ignored.add('cached-above-input')
      else known.cachedTokens = this.#cachedTokens
    }
    if (ignored.size > 0) known.ignored = [...ignored]
    return Object.keys(known).length > 0 ? known : undefined
  }

  /** Undefined also where nothing was told. */
  #count(told: unknown): number | undefined {
    if (told === undefined || told === null) return undefined
    const isCount = typeof told === 'number' && Number.isSafeInteger(told) && told >= 0
    if (isCount && told <= MOST_TOKENS) return told
    this.#ignore(isCount ? 'beyond-measure' : 'not-a-count')
    return undefined
  }

  #larger(before: number | undefined, told: number | undefined): number | undefined {
    if (before === undefined || told === undefined) return before ?? told
    if (told >= before) return told
    this.#ignore('fell-back')
    return before
  }

  #ignore(why: IgnoredUsage): void {
    this.#ignored ??= new Set()
    this.#ignored.add(why)
  }
}
