import { requestOf } from '../engine.fixture.ts'
import { BlockKeys } from './block-keys.ts'
import type { BlockPool, Holder } from './block-pool.ts'
import type { BlockRun } from './block-run.ts'
import { HeldRuns } from './held-runs.ts'

let serial = 0

/** A sequence with a prompt of such blocks, a letter each, that holds nothing yet. */
export function holderOf(contents = ''): Holder {
  serial += 1
  const keys = new BlockKeys(requestOf('', 0, 1, contents), serial)
  return { keys, held: new HeldRuns(), blockCount: 0, keyedBlocks: 0 }
}

/** The run to hit for the last block of such a prompt, whatever is before it. */
export function runOf(pool: BlockPool, contents: string): BlockRun | undefined {
  return pool.find(holderOf(contents).keys, contents.length - 1)
}
