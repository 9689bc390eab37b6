import { renderShare } from '../measure/wording.ts'
import type { CorpusFacts } from '../result/corpus-facts.ts'

/** `completion-relative, as the traces show`. */
export function renderSubagentTimes({
  subagentTimes: { basis, decidedBy, contraryTraces },
}: Pick<CorpusFacts, 'subagentTimes'>): string {
  if (basis === 'none') return 'there are no subagents'
  const by = decidedBy === 'option' ? 'as --subagent-times says' : 'as the traces show'
  return `${basis}, ${by}${contraryTraces > 0 ? `, against ${contraryTraces} of them` : ''}`
}

/** `dispatch, as --edges says`. */
export function renderEdges({ source, decidedBy }: NonNullable<CorpusFacts['edges']>): string {
  return `${source}, as ${decidedBy === 'option' ? '--edges says' : 'the traces are read'}`
}

/** `fit blocks of 64 tokens in all of 24649 turns, cover 99.97 % of the input tokens`. */
export function renderBlockIds({ blockSize, blockIds }: CorpusFacts): string {
  const { turns, tooFewIds, tooManyIds, noIds, noInput, coveredShare } = blockIds
  const misfits = tooFewIds + tooManyIds + noIds + noInput
  const fit = misfits === 0 ? `in all of ${turns} turns` : `in ${turns - misfits} of ${turns} turns`
  const kinds =
    misfits === 0 ? '' : ` (${tooFewIds} too few, ${tooManyIds} too many, ${noIds} none, ${noInput} without input)`
  const covered = coveredShare === undefined ? '' : `, cover ${renderShare(coveredShare)} of the input tokens`
  return `fit blocks of ${blockSize} tokens ${fit}${kinds}${covered}`
}

/** `3 found, 1 left out, and 2 traces of the others`. */
export function renderTraceFiles({ found, leftOut, tracesLeftOut }: NonNullable<CorpusFacts['files']>): string {
  return `${found} found, ${leftOut} left out${tracesLeftOut > 0 ? `, and ${tracesLeftOut} traces of the others` : ''}`
}
