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

/** By the name that results call the hardware; of a name without more it is the board of eight (SXM, OAM). Checked in November 2026 against these sources, or pages that quote them. */
const known: Readonly<Record<string, HardwareLimits>> = {
  // Source: NVIDIA, H100 data sheet, column SXM: FP8 with sparsity.
  h100: { memoryBytesPerS: 3.35 * tera, operationsPerS: 3.958 * peta, boardW: 700 },
  // Source: NVIDIA, H200 data sheet, column SXM: FP8 with sparsity.
  h200: { memoryBytesPerS: 4.8 * tera, operationsPerS: 3.958 * peta, boardW: 700 },
  // Source: NVIDIA, Blackwell architecture brief (2024), HGX B200 at 1,000 W: FP4 18 with sparsity, 9 without. AIConfigurator's systems/b200_sxm.yaml has 1,000 W too.
  b200: { memoryBytesPerS: 8 * tera, operationsPerS: 18 * peta, boardW: 1_000 },
  // Source: NVIDIA, HGX and DGX B300: FP4 144 with sparsity for eight, 108 without. 1,100 W: AIConfigurator's systems/b300_sxm.yaml, and verda.com/blog/gb300-nvl72-architecture.
  b300: { memoryBytesPerS: 8 * tera, operationsPerS: 18 * peta, boardW: 1_100 },
  // Source: NVIDIA, Blackwell architecture brief (2024), GB200 at 1,200 W, a GPU's share: FP4 20 with sparsity, 10 without.
  gb200: { memoryBytesPerS: 8 * tera, operationsPerS: 20 * peta, boardW: 1_200 },
  // Source: NVIDIA, GB300 NVL72: FP4 1,440 with sparsity for 72, memories 576 TB/s; 1,400 W: developer.nvidia.com/blog, Inside NVIDIA Blackwell Ultra (2025).
  gb300: { memoryBytesPerS: 8 * tera, operationsPerS: 20 * peta, boardW: 1_400 },
  // Source: AMD, Instinct MI300X data sheet: FP8 5,229.8 with sparsity.
  mi300x: { memoryBytesPerS: 5.3 * tera, operationsPerS: 5.23 * peta, boardW: 750 },
  // Source: AMD, Instinct MI325X data sheet: FP8 5,229.8 with sparsity.
  mi325x: { memoryBytesPerS: 6 * tera, operationsPerS: 5.23 * peta, boardW: 1_000 },
  // Source: AMD at ISC 2025, as tomshardware.com has its table: MXFP4 20.1. Its data sheet has half of that, without sparsity.
  mi355x: { memoryBytesPerS: 8 * tera, operationsPerS: 20.1 * peta, boardW: 1_400 },
  // Source: NVIDIA, RTX PRO 6000 Blackwell: FP4 4,000 with sparsity; 1,792 GB/s and 600 W are of the Workstation Edition, the Server Edition reads 1,597 GB/s.
  rtx6000pro: { memoryBytesPerS: 1.792 * tera, operationsPerS: 4 * peta, boardW: 600 },
}

/** Undefined for hardware that nobody has entered. */
export function hardwareLimits(name: string | undefined): HardwareLimits | undefined {
  const key = name?.toLowerCase().replace(/[-_ ]/g, '')
  return key !== undefined && Object.hasOwn(known, key) ? known[key] : undefined
}
