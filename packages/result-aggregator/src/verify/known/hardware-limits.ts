/** What an accelerator cannot exceed, by its maker's word: the largest figures that are printed for it, with sparsity and in the shortest format. */
export interface HardwareLimits {
  /** Bytes a second from its memory. */
  readonly memoryBytesPerS: number
  /** Operations a second. */
  readonly operationsPerS: number
  /** What its board may draw. */
  readonly boardW: number
}

const [tera, peta] = [1e12, 1e15]

/**
 * By the name that results call the hardware. Sources: NVIDIA's data sheets of H100, H200, DGX B200, DGX B300, GB200 NVL72, GB300 NVL72 and RTX PRO 6000
 * Blackwell, a GPU's share; AMD's data sheets of Instinct MI300X, MI325X and MI355X.
 */
const known: Readonly<Record<string, HardwareLimits>> = {
  h100: { memoryBytesPerS: 3.35 * tera, operationsPerS: 3.958 * peta, boardW: 700 },
  h200: { memoryBytesPerS: 4.8 * tera, operationsPerS: 3.958 * peta, boardW: 700 },
  b200: { memoryBytesPerS: 8 * tera, operationsPerS: 18 * peta, boardW: 1_200 },
  b300: { memoryBytesPerS: 8 * tera, operationsPerS: 20 * peta, boardW: 1_400 },
  gb200: { memoryBytesPerS: 8 * tera, operationsPerS: 20 * peta, boardW: 1_200 },
  gb300: { memoryBytesPerS: 8 * tera, operationsPerS: 20 * peta, boardW: 1_400 },
  mi300x: { memoryBytesPerS: 5.3 * tera, operationsPerS: 5.23 * peta, boardW: 750 },
  mi325x: { memoryBytesPerS: 6 * tera, operationsPerS: 5.23 * peta, boardW: 1_000 },
  mi355x: { memoryBytesPerS: 8 * tera, operationsPerS: 20.1 * peta, boardW: 1_400 },
  rtx6000pro: { memoryBytesPerS: 1.8 * tera, operationsPerS: 4 * peta, boardW: 600 },
}

/** Undefined for hardware that nobody has entered. */
export function hardwareLimits(name: string | undefined): HardwareLimits | undefined {
  const key = name?.toLowerCase().replace(/[-_ ]/g, '')
  return key !== undefined && Object.hasOwn(known, key) ? known[key] : undefined
}
