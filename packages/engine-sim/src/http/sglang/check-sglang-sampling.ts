import { ApiError } from '../api-error.ts'

/** How a request wants its tokens chosen, by the names of SGLang's native route; what it left open is absent. */
export interface SglangSampling {
  readonly temperature?: number | null | undefined
  readonly top_p?: number | null | undefined
  readonly min_p?: number | null | undefined
  readonly top_k?: number | null | undefined
  readonly frequency_penalty?: number | null | undefined
  readonly presence_penalty?: number | null | undefined
  readonly repetition_penalty?: number | null | undefined
  readonly min_new_tokens?: number | null | undefined
  readonly max_new_tokens?: number | null | undefined
  readonly stop?: string | readonly string[] | null | undefined
}

interface Range {
  readonly field: keyof SglangSampling
  readonly holds: (value: number) => boolean
  readonly says: string
}

const within = (least: number, most: number) => (value: number) => value >= least && value <= most

/** In the order in which SGLang looks. */
const ranges: readonly Range[] = [
  { field: 'temperature', holds: (value) => value >= 0, says: 'temperature must be a non-negative finite number' },
  { field: 'top_p', holds: (value) => value > 0 && value <= 1, says: 'top_p must be in (0, 1]' },
  { field: 'min_p', holds: within(0, 1), says: 'min_p must be in [0, 1]' },
  { field: 'top_k', holds: (value) => value === -1 || value >= 1, says: 'top_k must be -1 (disable) or at least 1' },
  { field: 'frequency_penalty', holds: within(-2, 2), says: 'frequency_penalty must be in [-2, 2]' },
  { field: 'presence_penalty', holds: within(-2, 2), says: 'presence_penalty must be in [-2, 2]' },
  {
    field: 'repetition_penalty',
    holds: (value) => value > 0 && value <= 2,
    says: 'repetition_penalty must be in (0, 2] (1.0 = no penalty)',
  },
  { field: 'min_new_tokens', holds: (value) => value >= 0, says: 'min_new_tokens must be in [0, max_new_tokens]' },
  { field: 'max_new_tokens', holds: (value) => value >= 0, says: 'max_new_tokens must be at least 0' },
]

const wholeFields = new Set<keyof SglangSampling>(['top_k', 'min_new_tokens', 'max_new_tokens'])
const mostStops = 32

/**
 * Refuses how a request wants its tokens chosen where SGLang does. A temperature of 2 or more is none of that.
 *
 * Source: `SamplingParams.normalize` and `verify` of SGLang 0.5.23, `sampling/sampling_params.py`.
 *
 * @throws ApiError 400 in its words.
 */
export function checkSglangSampling(sampling: SglangSampling): void {
  const { stop, min_new_tokens: least, max_new_tokens: most } = sampling
  if (Array.isArray(stop) && stop.length > mostStops) {
    throw new ApiError(`at most ${mostStops} stop strings are allowed, got ${stop.length}`)
  }
  for (const { field, holds, says } of ranges) {
    const value = sampling[field]
    // At a temperature of 0 the first token is taken, whatever `top_k` says.
    if (typeof value !== 'number' || holds(value) || (field === 'top_k' && isGreedy(sampling))) continue
    const shown = wholeFields.has(field) || !Number.isInteger(value) ? String(value) : value.toFixed(1)
    throw new ApiError(`${says}, got ${shown}.`)
  }
  if (typeof least === 'number' && typeof most === 'number' && least > most) {
    throw new ApiError(`min_new_tokens must be in [0, max_new_tokens(${most})], got ${least}.`)
  }
}

function isGreedy({ temperature }: SglangSampling): boolean {
  return typeof temperature === 'number' && temperature >= 0 && temperature < 1e-6
}
