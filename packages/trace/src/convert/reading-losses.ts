import type { Corpus } from '../corpus.ts'
import type { BlockHashes } from '../recording/hash-numbers.ts'
import { type Loss, Losses } from './losses.ts'

/**
 * What was lost when the files were read: what nobody recorded and was inferred, or had to be made, and hashes that became numbers, unless they
 * are written again.
 */
export function readingLosses(corpus: Corpus, { hashes }: { readonly hashes?: BlockHashes }): readonly Loss[] {
  const losses = new Losses()
  const { edges, origin, traces } = corpus
  for (const { sessions } of traces) {
    for (const { turns } of sessions) {
      for (const { needs } of turns) {
        if (edges === 'dispatch' || edges === 'completion' || edges === 'frontier')
          if (needs.length > 0 && sessions.length > 1) losses.add('inferred', 'needs', `by the rule ${edges}`)
        if (origin.format === 'azure' || origin.format === 'burstgpt')
          losses.add('invented', 'hash_ids', 'blocks of its own for every request')
        if (origin.format === 'dynamo' && !hashes)
          losses.add('changed', 'input_sequence_hashes', '64-bit hashes are numbered')
      }
    }
  }
  return losses.all
}
