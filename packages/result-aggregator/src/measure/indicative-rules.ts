import { printable } from '@reprise/safe-text'
import { requestsSent } from '../result/requests-sent.ts'
import { censored } from './censored-rule.ts'
import { busyClient, lateArrivals, lateClient } from './client-rules.ts'
import { contextCure } from './context-cure.ts'
import { contraryTimes, lengthsOnly, misfitBlocks, unreadTraces } from './corpus-rules.ts'
import { otherEngine } from './engine-rules.ts'
import type { EarlyRule, Rule } from './evidence.ts'
import { failedRequests } from './failed-rule.ts'
import { replyRules } from './reply-rules.ts'
import { sampleRules } from './sample-rules.ts'
import { shardRules } from './shard-rules.ts'
import { implausibleUsage } from './usage-rules.ts'
import { renderMs, renderSeconds, renderShare } from './wording.ts'

const partial: Rule = ({ completeness: { ended, unreadableLines } }) => {
  const torn =
    unreadableLines > 0 ? ` ${unreadableLines} torn ${unreadableLines > 1 ? 'lines were' : 'line was'} left out.` : ''
  const how = brokenOff[ended]
  if (how !== undefined) return `partial: the run ${how}.${torn} The numbers are those of the part that ran.`
  return torn === '' ? undefined : `partial: the run reached its end, but not all of it is on record.${torn}`
}

const brokenOff: Readonly<Record<string, string>> = {
  killed: 'was killed, and its last second may be missing',
  interrupted: 'was interrupted',
  aborted: 'was stopped at once',
}

/** Think times that a break swallowed and caches that it may have emptied are in no number. */
const resumed: Rule = ({ completeness }) => {
  if (!completeness.resumed) return undefined
  const { breaks, cutRequests } = completeness.resumed
  const where = breaks.map(({ atMs, after }) => `${renderSeconds(atMs)} (${after})`).join(', ')
  const cut =
    cutRequests > 0
      ? ` ${cutRequests} ${cutRequests > 1 ? 'requests were' : 'request was'} cut short and sent again.`
      : ''
  return (
    `resumed: the run broke off at ${where} and was resumed.${cut} Its parts are measured as one run, ` +
    'but the load did not stay steady across a break. Run without a break to compare with others.'
  )
}

const simulated: EarlyRule = ({ header }) =>
  header.target.simulated
    ? 'simulated-target: a model of an engine answered. The numbers are predictions, not measurements of hardware.'
    : undefined

/** What one step leaves, the next one finds. */
const ramp: EarlyRule = ({ load }) =>
  load.kind === 'lanes' && load.ramp
    ? `ramp: measured as steps of one run with ${load.ramp.lanes.join(', ')} lanes, each after ${renderSeconds(load.ramp.settleMs)} of settling. Sessions go on from step to step, and with ` +
      'them what the server keeps of them: steps are not independent, and a warm cache of one serves the next. Run each by itself to compare.'
    : undefined

const homeMadeCorpus: EarlyRule = ({ header }) =>
  header.corpus.origin === 'synthetic'
    ? 'synthetic-corpus: the sessions were generated, not recorded. Use a recorded corpus to compare with others.'
    : undefined

const changedPreset: EarlyRule = ({ header }) => {
  const { name, changed } = header.plan.preset
  if (changed.length === 0) return undefined
  const options = changed.map((option) => printable(option, 40)).join(', ')
  return `changed-preset: ${options} differ${changed.length > 1 ? '' : 's'} from preset ${printable(name, 40)}. Compare only with runs changed alike.`
}

/** A field may turn thinking off, or sampling cheaper: it is another workload, whatever the plan says. */
const extraBody: EarlyRule = ({ header }) => {
  const names = Object.keys(header.target.extras?.body ?? {}).map((name) => printable(name, 40))
  if (names.length === 0) return undefined
  return `extra-body: every request also said ${names.join(', ')} (--extra-body). Compare only with runs that said the same.`
}

/** What lies between takes its time, and may hold back what streams. */
const throughProxy: EarlyRule = ({ header }) => {
  const proxies = [
    ...new Set(header.target.proxies?.map(({ proxy, by }) => `${printable(proxy, 200)} (${printable(by, 40)})`)),
  ]
  if (proxies.length === 0) return undefined
  return `proxy: requests went through ${proxies.join(' and ')}: its time is in every latency, and it may hold chunks back. Measure without one: --proxy none.`
}

const uncheckedCertificate: EarlyRule = ({ header }) =>
  header.target.insecure
    ? 'insecure: the certificate of the endpoint was not checked (--insecure), so that nobody knows who answered. Name its authority in NODE_EXTRA_CA_CERTS.'
    : undefined

/** Nothing against a preset that itself asks for passes. */
const passes: EarlyRule = ({ load, header }) =>
  load.until.kind === 'passes' && header.plan.preset.changed.includes('until')
    ? 'passes: every tree was played a fixed number of times, so the load faded out at the end. Use a window for throughput.'
    : undefined

const missingUsage: Rule = ({ inputTokens, outputTokens, counts }) => {
  const unreported = Math.max(inputTokens.unreported, outputTokens.unreported)
  return unreported > 0
    ? `usage-missing: the server reported no token counts, or not all, for ${unreported} of ${counts.ok} requests; planned input, and the length ` +
        'asked for or received chunks, stand in for them. Turn usage reporting on in the server.'
    : undefined
}

const inputDrift: Rule = ({ inputTokens }, limits) => {
  const { planned, reported } = inputTokens
  const apart = Math.abs(reported - planned)
  if (apart <= limits.inputDeviation.warn * planned || apart > limits.inputDeviation.fail * planned) return undefined
  return (
    `input-drift: the server counts ${reported} prompt tokens where ${planned} were planned ` +
    `(more than ${renderShare(limits.inputDeviation.warn)} apart). Check its tokenizer and chat template.`
  )
}

/** Shorter replies are less work, and another server may answer at greater length. */
const naturalOutput: Rule = ({ header, outputTokens: { planned, reported } }) =>
  header.target.outputLength === 'natural'
    ? `natural-output: the model ended its replies by itself (--output-length natural), after ${reported} of the ${planned} tokens recorded. ` +
      'Compare requests, not tokens, and only with runs of the same model.'
    : undefined

/** What a model says is as many tokens to it as it says; a prompt of which it is a part need not be as long as planned. */
const liveReplies: Rule = ({ header, inputTokens: { requests, exactShare = 0 } }, limits) => {
  if (header.target.assistant !== 'live' || exactShare >= 1 - limits.oddReplyShare) return undefined
  const exact = Math.round(exactShare * requests)
  return (
    `live-replies: prompts had the server's own replies (--assistant live), and ${exact} of ${requests} are known to be as long as planned. ` +
    'Compare only with runs of the same model; use canned replies where lengths matter.'
  )
}

const shortOutput: Rule = ({ outputTokens, counts, header }, limits) => {
  if (header.target.outputLength === 'natural') return undefined
  const { planned, reported, moreChunks = 0, surelyShort = 0 } = outputTokens
  if (reported >= (1 - limits.outputDeviation) * planned) {
    return surelyShort > limits.oddReplyShare * counts.ok
      ? `short-output: ${surelyShort} of ${counts.ok} replies hold less text than the tokens that were asked for could be, and the server reports no usage. ` +
          'It stops by itself, or shows a part: use one that obeys ignore_eos or min_tokens, and turn usage reporting on.'
      : undefined
  }
  const why =
    moreChunks > limits.oddReplyShare * outputTokens.requests
      ? 'Its replies show more than it counts: mend how it counts.'
      : 'It stops by itself: use one that obeys ignore_eos or min_tokens.'
  return `short-output: the server counts ${reported} generated tokens where ${planned} were asked for. ${why}`
}

const unknownHits: Rule = ({ cacheHit }) =>
  cacheHit.knownRequests > 0 && cacheHit.knownRequests < cacheHit.requests
    ? `cache-partly-known: the server told cached tokens for ${cacheHit.knownRequests} of ${cacheHit.requests} requests; ` +
      'the measured hit rate is that of those, and too high where silence means none.'
    : undefined

/** What the server has cached of its own replies is in no block of the plan. */
const carriedOver: Rule = ({ cacheHit: { measured, ideal }, header }, limits) =>
  header.target.assistant !== 'live' &&
  measured !== undefined &&
  ideal !== undefined &&
  measured > ideal + limits.hitAboveIdeal
    ? `cache-carryover: the server's hit rate of ${renderShare(measured)} is above the ${renderShare(ideal)} that the requests of this run allow; ` +
      "it held blocks of an earlier run. Reset its prefix cache between runs, or use '--seed random'."
    : undefined

const overflow: Rule = ({ counts, load }, limits) => {
  const sent = requestsSent(counts)
  return counts.refusedAsTooLong > limits.overflowShare * sent
    ? `context-overflow: the server refused ${counts.refusedAsTooLong} of ${sent} prompts as too long. ${contextCure(load)}`
    : undefined
}

const uncovered: Rule = ({ coverage, completeness, counts, load }, limits) =>
  coverage !== undefined && coverage < limits.coverage && completeness.ended === 'window' && counts.ok > 0
    ? `stalled: the last token came after ${renderShare(coverage)} of the window. The server stalled, or ${load.kind === 'lanes' ? 'the lanes were all waiting' : 'nothing was due'}.`
    : undefined

const jitter: Rule = ({ clientHealth, metrics, header }, limits) => {
  const delayMs = clientHealth.eventLoopDelayMs?.p99
  const tpotMs = metrics.tpot?.p50
  if (header.target.clock === 'virtual' || delayMs === undefined || tpotMs === undefined) return undefined
  if (delayMs <= limits.eventLoopShareOfTpot * tpotMs || delayMs > limits.eventLoopDelayP99Ms.warn) return undefined
  return (
    `client-jitter: the client's event loop was ${renderMs(delayMs)} late at p99, more than ${renderShare(limits.eventLoopShareOfTpot)} ` +
    `of the median TPOT of ${renderMs(tpotMs)}. Single gaps between chunks are blurred; means are not.`
  )
}

const hotClient: Rule = ({ clientHealth, header }, limits) =>
  header.target.clock === 'wall' && clientHealth.cpuShare !== undefined && clientHealth.cpuShare > limits.cpuShare
    ? `client-cpu: the client used ${renderShare(clientHealth.cpuShare)} of a core (limit ${renderShare(limits.cpuShare)}). ` +
      'It is close to its own limit: spread the load over more processes.'
    : undefined

/** Those of them that can be asked before a run. */
export const earlyRules: readonly EarlyRule[] = [
  ramp,
  simulated,
  otherEngine,
  homeMadeCorpus,
  unreadTraces,
  misfitBlocks,
  contraryTimes,
  lengthsOnly,
  changedPreset,
  extraBody,
  throughProxy,
  uncheckedCertificate,
  passes,
]

/** Any of these makes a result that is not invalid `indicative`. */
export const indicativeRules: readonly Rule[] = [
  partial,
  resumed,
  ...shardRules,
  ...earlyRules,
  ...sampleRules,
  failedRequests('warn'),
  missingUsage,
  implausibleUsage,
  inputDrift,
  shortOutput,
  naturalOutput,
  liveReplies,
  ...replyRules,
  unknownHits,
  carriedOver,
  censored('warn'),
  overflow,
  uncovered,
  lateArrivals('warn'),
  lateClient('warn'),
  busyClient('warn'),
  jitter,
  hotClient,
]
