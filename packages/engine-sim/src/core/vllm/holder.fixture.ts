import { requestOf } from '../engine.fixture.ts'
import { BlockKeys } from './block-keys.ts'
import type { Holder } from './block-pool.ts'
import { HeldRuns } from './held-runs.ts'

let serial = 0

/** Chained keys of blocks of such contents, a letter each. */
export function keysOf(contents: string): Float64Array {
  return requestOf('', 0, 1, contents).blockKeys
}

/** A sequence with such a prompt, that holds nothing yet. */
export function holderOf(contents = ''): Holder {
  serial += 1
  const keys = new BlockKeys(requestOf('', 0, 1, contents), serial)
  return { keys, held: new HeldRuns(), blockCount: 0, keyedBlocks: 0 }
}
