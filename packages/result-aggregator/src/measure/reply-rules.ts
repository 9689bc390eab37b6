import type { Rule } from './evidence.ts'
import { renderMs, renderShare } from './wording.ts'

/** A server cannot generate more than it was asked for: its count, and all that rests on it, is wrong. */
export const impossibleUsage: Rule = ({ outputTokens: { overAsked = 0 }, ignoredUsage, counts }) => {
  const { 'beyond-measure': beyond = 0 } = ignoredUsage?.reasons ?? {}
  if (overAsked + beyond === 0) return undefined
  const found = [
    ...(overAsked > 0 ? [`for ${overAsked} of ${counts.ok} replies more output tokens than max_tokens allows`] : []),
    ...(beyond > 0 ? [`for ${beyond} of ${counts.ok} replies more tokens than any context holds`] : []),
  ]
  return (
    `impossible-usage: the server reports ${found.join(', and ')}. ` +
    'Its usage cannot be believed, nor any figure per token: mend how it counts.'
  )
}

/** Tool and reasoning parsers keep back what they do not understand, or wait for the end. */
const hiddenTokens: Rule = ({ outputTokens: { hidden }, counts }, limits) => {
  if (!hidden || hidden.replies <= limits.oddReplyShare * counts.ok) return undefined
  const { replies, showedNothing } = hidden
  return (
    `hidden-tokens: ${replies} of ${counts.ok} replies showed fewer tokens than the server generated (${showedNothing} showed none); ` +
    'they count in the throughput by usage, and are missing in TTFT or TPOT. Turn the tool and reasoning parsers of the server off.'
  )
}

/** Usage that leaves tokens out, or something on the way that cuts them up: what a chunk stands for is not known. */
const moreChunks: Rule = ({ outputTokens: { moreChunks: replies = 0 }, counts }, limits) =>
  replies > limits.oddReplyShare * counts.ok
    ? `more-chunks: ${replies} of ${counts.ok} replies came in more chunks with text than they have tokens, by the server's usage or, without it, at most ` +
      '(max_tokens). It generates more than it counts or was asked for, or something cuts its tokens up: throughput and TPOT rest on the lower count. ' +
      'Compare its usage with its own metrics, and let it send each token whole.'
    : undefined

const noPaceSeen: Rule = ({ outputTokens: { paceUnseen = 0 }, counts }, limits) =>
  paceUnseen > limits.oddReplyShare * counts.ok
    ? `no-pace-seen: ${paceUnseen} of ${counts.ok} replies of several tokens came (nearly) whole at one instant, and have no TPOT and no ` +
      'interactivity; their TTFT is the wait for all of that. Let the server stream, and take away what buffers its replies on the way.'
    : undefined

const bundledFirstChunk: Rule = ({ outputTokens: { firstChunkShared = 0, firstChunkAssumed }, counts }, limits) => {
  if (firstChunkShared + firstChunkAssumed <= limits.oddReplyShare * counts.ok) return undefined
  const how = [
    ...(firstChunkShared > 0
      ? [`${firstChunkShared} began with several tokens, how many is told by their share of the text`]
      : []),
    ...(firstChunkAssumed > 0
      ? [`${firstChunkAssumed} began with an unknown number, taken as one, which makes TPOT too small`]
      : []),
  ]
  return (
    `bundled-first-chunk: of ${counts.ok} replies ${how.join('; ')}. ` +
    'Have the server report usage with every chunk (continuous usage), or let it send each token by itself.'
  )
}

const oddFirstGap: Rule = ({ outputTokens: { oddFirstGap }, metrics: { ttft } }, limits) => {
  if (!oddFirstGap || oddFirstGap.replies <= limits.oddFirstGapShare * oddFirstGap.of) return undefined
  const { replies, of, secondReadP50Ms } = oddFirstGap
  const against = ttft?.p50 === undefined ? '' : `, where TTFT p50 is ${renderMs(ttft.p50)}`
  return (
    `odd-first-gap: in ${replies} of ${of} replies (${renderShare(replies / of)}) the wait from the first chunk to the second is more than three times ` +
    `the later ones, or all the rest comes at once, as if the first were no result of the model. Look at the time to the second chunk instead: p50 ${renderMs(secondReadP50Ms)}${against}.`
  )
}

/** What replies do not show, or show in a way that flatters. */
export const replyRules: readonly Rule[] = [hiddenTokens, moreChunks, noPaceSeen, bundledFirstChunk, oddFirstGap]
