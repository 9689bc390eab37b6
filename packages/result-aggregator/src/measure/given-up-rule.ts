import { FailureClass, type StopCause } from '@reprise/replay-engine'
import { printable } from '@reprise/safe-text'
import { contextCure } from './context-cure.ts'
import type { Evidence, Rule } from './evidence.ts'
import { lighter } from './other-load.ts'
import { renderSeconds, renderShare } from './wording.ts'

/** A run that was ended early because nothing was to be hoped for says what was seen, and what is to be done about just that. */
export const givenUp: Rule = (evidence, limits) => {
  const { completeness, counts, load } = evidence
  if (completeness.ended !== 'stopped') return undefined
  const { stoppedBy } = completeness
  const ended = endedOf(evidence)
  const mostly = stoppedBy?.failure === undefined ? '' : `, most of them ${printable(stoppedBy.failure, 40)}`
  switch (stoppedBy?.kind) {
    case 'warmup-limit':
      return (
        `given-up: warm-up did not end within ${renderSeconds((load.kind === 'lanes' && load.warmupLimitMs) || 0)}: of its ${counts.warmup.requests} requests ` +
        `${counts.warmup.ok} were answered, ${counts.warmup.failed} failed and ${counts.warmup.cancelled} were still waiting. ` +
        `Look whether the server still answers; if it does, take ${lighter(load)} or raise --warmup-limit.`
      )
    case 'warmup-failed':
      return `given-up: warm-up failed to bring back what the root of a lane had said${mostly}; without it another workload would be measured. ${cureOf(stoppedBy.failure, evidence)}`
    case 'refused':
      return `given-up: the run was ended after ${ended} requests, since not one of them was taken${mostly}. ${cureOf(stoppedBy.failure, evidence)}`
    case 'failed-in-a-row':
      return (
        `given-up: the run was ended after ${ended} requests, since no request succeeded any more${mostly}. ` +
        `The numbers are those of the part that ran. ${cureOf(stoppedBy.failure, evidence)}`
      )
    case 'failed-share':
      return (
        `given-up: the run was ended after ${ended} requests, since more than ${renderShare(limits.failedShare)} of them had failed${mostly}. ` +
        `The numbers are those of the part that ran. ${cureOf(stoppedBy.failure, evidence)}`
      )
    case undefined:
      return (
        'given-up: the run was ended early, since too many requests failed. The numbers are those of the part that ran. ' +
        cureOf(mostOf(evidence.counts), evidence)
      )
  }
}

function endedOf({ counts }: Evidence): number {
  return counts.requests + counts.warmup.requests + (counts.drain?.requests ?? 0)
}

/** The class of more than half of the failures. */
function mostOf({ failed, failures }: Evidence['counts']): FailureClass | undefined {
  return FailureClass.options.find((name) => (failures[name] ?? 0) > failed / 2)
}

/** Nothing that the run was given already is advised again. */
function cureOf(failure: StopCause['failure'], { header, load }: Evidence): string {
  const isGiven = (flag: string) => header.argv?.some((word) => word === flag || word.startsWith(`${flag}=`))
  switch (failure) {
    case 'unauthorized':
      return isGiven('--api-key-env')
        ? 'The server does not take the key of --api-key-env: give one that it takes, then run again.'
        : 'Give the key of the server with --api-key-env, then run again.'
    case 'unknown-model':
      return 'See which models the server has, and ask for one of them with --model.'
    case 'connect':
      return 'Nobody listens there any more: start the server again, look why it ended, then run again.'
    case 'bad-request':
      return 'records.jsonl has what the server says against them.'
    case 'too-long':
      return contextCure(load)
    case 'rate-limited':
      return `Lift the limit of the server or of the gateway before it, or take ${lighter(load)}.`
    case 'client-host':
      return "Mend the client's host, as the messages of its records say, then run again."
    case 'timeout':
      return `Take ${lighter(load)}, or give requests more time with --timeout.`
    default:
      return 'Mend the server, then run again.'
  }
}
