import type { Manner } from '../manner.ts'
import { vllmManner } from '../vllm-manner.ts'

/** How a server speaks whose engine is this; the one place that knows which manners there are. */
export function mannerOf(): Manner {
  return vllmManner
}
