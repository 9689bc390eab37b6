import type { TokenAgreement } from '../result/result.ts'

type Mismatch = TokenAgreement['mismatched'][number]

/** Compares planned with reported token counts, request by request. */
export class TokenAgreementMeter {
  readonly #leastTokens: number
  #tooShort = 0
  #requests = 0
  #unreported = 0
  #planned = 0
  #reported = 0
  #exact = 0
  #mismatched: Mismatch[] = []

  /** `leastTokens`: shorter ones cannot agree, and are counted apart. */
  constructor({ leastTokens = 0 }: { readonly leastTokens?: number | undefined } = {}) {
    this.#leastTokens = leastTokens
  }

  add({ id, planned, reported }: { id: string; planned: number; reported: number | undefined }): void {
    if (reported === undefined) {
      this.#unreported += 1
      return
    }
    if (planned < this.#leastTokens) {
      this.#tooShort += 1
      return
    }
    this.#requests += 1
    this.#planned += planned
    this.#reported += reported
    if (planned === reported) this.#exact += 1
    else this.#keepLargest({ id, planned, reported })
  }

  result(): TokenAgreement {
    return {
      requests: this.#requests,
      unreported: this.#unreported,
      ...(this.#tooShort > 0 && { tooShort: this.#tooShort }),
      planned: this.#planned,
      reported: this.#reported,
      ...(this.#requests > 0 && { exactShare: this.#exact / this.#requests }),
      mismatched: [...this.#mismatched],
    }
  }

  #keepLargest(mismatch: Mismatch): void {
    this.#mismatched.push(mismatch)
    this.#mismatched.sort(byDifference)
    this.#mismatched.length = Math.min(this.#mismatched.length, maxExamples)
  }
}

const maxExamples = 5

/** Largest difference first; equal ones by id, so that the order of records leaves no trace. */
function byDifference(a: Mismatch, b: Mismatch): number {
  const difference = Math.abs(b.reported - b.planned) - Math.abs(a.reported - a.planned)
  return difference !== 0 ? difference : a.id < b.id ? -1 : 1
}
