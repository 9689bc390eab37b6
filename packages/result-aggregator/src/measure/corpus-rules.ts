import { printable } from '@reprise/safe-text'
import type { CorpusFacts } from '../result/corpus-facts.ts'
import type { Limits } from '../result/limits.ts'
import type { EarlyRule } from './evidence.ts'
import { renderShare } from './wording.ts'

export const misfitBlocks: EarlyRule = ({ header }, limits) =>
  header.corpus.facts && misfitObjection(header.corpus.facts, limits)

export const unreadTraces: EarlyRule = ({ header }) => header.corpus.facts && unreadOf(header.corpus.facts)

export const contraryTimes: EarlyRule = ({ header }) => header.corpus.facts && contraryOf(header.corpus.facts)

/** Of formats that say nothing about what prompts hold. */
export const lengthsOnly: EarlyRule = ({ header }) => {
  const format = header.corpus.facts?.format
  if (format !== 'azure' && format !== 'burstgpt') return undefined
  return 'lengths-only: the traces hold lengths and times alone, so every prompt is new; what a server with a cache would do with the real ones is not measured.'
}

/** The reason `misfit-blocks`, where more than that share of the turns has ids that do not fit its length. */
export function misfitObjection(
  { blockIds, blockSize }: Pick<CorpusFacts, 'blockIds' | 'blockSize'>,
  limits: Pick<Limits, 'misfitTurns'>,
): string | undefined {
  const { turns, tooFewIds, tooManyIds, noIds, noInput, coveredShare, likelyBlockSize } = blockIds
  const misfits = tooFewIds + tooManyIds + noIds + noInput
  if (misfits <= limits.misfitTurns * turns) return undefined
  const kinds = [
    [tooFewIds, 'with too few'],
    [tooManyIds, 'with too many'],
    [noIds, 'without any'],
    [noInput, 'without input'],
  ] as const
  const listed = kinds.flatMap(([n, kind]) => (n > 0 ? [`${n} ${kind}`] : [])).join(', ')
  const covered = coveredShare === undefined ? '' : ` They cover ${renderShare(coveredShare)} of the input tokens.`
  const cure =
    likelyBlockSize === undefined
      ? 'Correct the traces to compare hit rates with theirs.'
      : `Blocks of ${likelyBlockSize} tokens would fit: correct block_size.`
  return (
    `misfit-blocks: block ids and length do not fit in ${misfits} of ${turns} turns, with blocks of ${blockSize} tokens (${listed}), ` +
    `so hit rates are not those of the recording.${covered} ${cure}`
  )
}

function unreadOf({ files }: CorpusFacts): string | undefined {
  if (!files || files.leftOut + files.tracesLeftOut === 0) return undefined
  const { found, leftOut, tracesLeftOut, firstLeftOut } = files
  const what = [
    ...(leftOut > 0 ? [`${leftOut} of ${found} trace files`] : []),
    ...(tracesLeftOut > 0
      ? [`${tracesLeftOut} ${tracesLeftOut === 1 ? 'trace' : 'traces'} of files that are used`]
      : []),
  ]
  const examples = firstLeftOut.map((each) => printable(each, 160)).join('; ')
  const more = leftOut + tracesLeftOut > firstLeftOut.length ? '; ...' : ''
  return (
    `unread-traces: ${what.join(' and ')} could not be used and were left out (${examples}${more}). ` +
    'The workload is that of the others alone: mend or remove them.'
  )
}

function contraryOf({ subagentTimes: { basis, contraryTraces } }: CorpusFacts): string | undefined {
  if (contraryTraces === 0) return undefined
  const those = contraryTraces === 1 ? 'one trace' : `${contraryTraces} traces`
  return (
    `mixed-times: the subagent times of ${those} do not fit ${basis}, by which all are read, so that subagents there start or end when they did not. ` +
    'Put traces of one kind into a folder of their own, or choose with --subagent-times.'
  )
}
