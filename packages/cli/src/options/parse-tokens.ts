import { InvalidArgumentError } from 'commander'

const decimal: Readonly<Record<string, number>> = { '': 1, k: 1_000, m: 1_000_000 }
const binary: Readonly<Record<string, number>> = { K: 1_024, M: 1_024 ** 2, Ki: 1_024, Mi: 1_024 ** 2 }

/**
 * A number of tokens: whole, or with a suffix as vLLM takes it for `--max-model-len`, so that one word means the same to both. `128k` is 128,000
 * and `128K` is 131,072; a fraction goes with the decimal ones alone.
 *
 * Source: vLLM, `human_readable_int` of vllm/engine/arg_utils.py. `Ki` and `Mi` (IEC 80000-13) say the same as `K` and `M`.
 */
export function parseTokens(min: number, max = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = tokensIn(text.trim())
    if (value === undefined || value < min || value > max) {
      const range = max === Number.MAX_SAFE_INTEGER ? `${min} or more` : `from ${min} to ${max}`
      throw new InvalidArgumentError(`Write tokens, ${range}: 131072, 128k (128,000), 128K (131,072), 1M.`)
    }
    return value
  }
}

/** Several, as in `32k,128k`; without repeats, in the order given. */
export function parseTokenList(min: number): (text: string) => number[] {
  const parse = parseTokens(min)
  return (text) => [...new Set(text.split(',').map(parse))]
}

function tokensIn(text: string): number | undefined {
  const [, whole = '', fraction = '', suffix = ''] = /^(\d+)(\.\d+)?([kmKM]|[KM]i)?$/.exec(text) ?? []
  if (whole === '') return undefined
  const factor = decimal[suffix] ?? (fraction === '' ? binary[suffix] : undefined)
  if (factor === undefined) return undefined
  // 25.6 has no exact value, and 25.6k is whole.
  const value = Math.round(Number(whole + fraction) * factor * 1_000) / 1_000
  return Number.isSafeInteger(value) ? value : undefined
}
