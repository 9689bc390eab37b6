import { isDeepStrictEqual } from 'node:util'
import { RunFolderError, type RunTarget } from '@reprise/result-aggregator/run'

type Prompts = Pick<RunTarget, 'words' | 'leastPromptTokens'>

/**
 * A run goes on with the prompts that it began with: where the server has another tokenizer or chat template now, or did not answer for as many
 * words, they would be others, and nothing of them would be in its cache.
 *
 * @throws RunFolderError
 */
export function refuseOtherPrompts(folder: string, before: Prompts, now: Prompts): void {
  const same = isDeepStrictEqual(before.words, now.words) && before.leastPromptTokens === now.leastPromptTokens
  if (same) return
  throw new RunFolderError(
    folder,
    `prompts would be others than before: ${shown(now)}, and ${shown(before)} when the run began`,
    'Start the same server again, or begin a new run.',
  )
}

function shown({ words, leastPromptTokens = 1 }: Prompts): string {
  const counted = words
    ? `${words.usable} words of one token, ${words.notAsked} not asked for`
    : 'words that were not checked'
  return `${counted}, and ${leastPromptTokens - 1} tokens of a chat template`
}
