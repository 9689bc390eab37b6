import fc from 'fast-check'
import type { PromptContent } from '../port/target.ts'
import type { sketchedSession } from './sketched-session.fixture.ts'
import type { TemplateOverhead } from './template-overhead.ts'

export function prompt(
  change: Partial<Omit<PromptContent, 'blocks'>> & { readonly blocks: readonly number[] },
): PromptContent {
  const rest = { seed: 1, scope: 'lane 0', blockSize: 64, tailTokens: 0, tailKey: 'tail' }
  return { ...rest, ...change, blocks: Uint32Array.from(change.blocks) }
}

/** Ids count up over the session, so those of a turn follow from what it keeps. */
export function contentOf(session: ReturnType<typeof sketchedSession>, turn: number, blockSize = 64): PromptContent {
  let ids: number[] = []
  for (const { sharedBlocks, ownBlocks } of session.turns.slice(0, turn + 1)) {
    ids = [...ids.slice(0, sharedBlocks), ...ownBlocks]
  }
  const tailTokens = session.turns[turn]!.inputTokens - ids.length * blockSize
  return prompt({ blocks: ids, blockSize, tailTokens, tailKey: `turn ${turn}` })
}

export function overheads(most: number): fc.Arbitrary<TemplateOverhead> {
  const tokens = fc.nat(most)
  return fc.record({
    beforeUser: tokens,
    beforeSystem: tokens,
    systemToUser: tokens,
    userToAssistant: tokens,
    assistantToUser: tokens,
    behindLast: tokens,
  })
}
