import { isDeepStrictEqual } from 'node:util'
import { RunFolderError, type RunHeader } from '@reprise/result-aggregator/run'
import { replaySemantics } from '../terminal/version.ts'
import type { ConnectedEndpoint, EndpointOptions } from './connect-endpoint.ts'
import type { IdentifiedEndpoint } from './identify-endpoint.ts'
import type { LoadedCorpus } from './load-corpus.ts'
import { refuseOtherPrompts } from './refuse-other-prompts.ts'

type Answered = Pick<ConnectedEndpoint, 'identity' | 'answered' | 'words' | 'leastPromptTokens'>

/**
 * Refuses to go on with a run, or a sweep, on another server than the one that was measured, or by another way to it. `before`: the header
 * of what was measured.
 *
 * @throws RunFolderError
 */
export function refuseOthers(
  folder: string,
  before: RunHeader,
  now: Answered & Pick<EndpointOptions, 'toldProxies'>,
): void {
  refuseOtherWay(folder, before, now)
  if (!isDeepStrictEqual(now.identity, before.identity))
    throw new RunFolderError(
      folder,
      `the endpoint is not the one that was measured: ${JSON.stringify(now.identity)} answers, and ${JSON.stringify(before.identity)} did before`,
      'Start the same server again, or begin a new run.',
    )
  refuseOtherEngine(folder, before, now.answered)
  refuseOtherPrompts(folder, before.target, now)
}

/** Before anything is asked. @throws RunFolderError */
export function refuseOtherWay(
  folder: string,
  { target }: RunHeader,
  { toldProxies }: Pick<EndpointOptions, 'toldProxies'>,
): void {
  if (isDeepStrictEqual(toldProxies, target.proxies)) return
  throw new RunFolderError(
    folder,
    'its requests went another way: other proxies lie before its endpoint now than when it began',
    'Set the proxies of the environment as they were (target.proxies in run.json), or begin a new run.',
  )
}

/** @throws RunFolderError */
export function refuseOtherCorpus(folder: string, { plan, corpus: before }: RunHeader, { corpus }: LoadedCorpus): void {
  if (corpus.digest === plan.corpusDigest) return
  throw new RunFolderError(
    folder,
    `${before.source ?? 'its traces'}: not the traces that this run began with`,
    'Restore them, or begin a new run.',
  )
}

/** @throws RunFolderError */
export function refuseOtherSemantics(folder: string, before: RunHeader): void {
  if (before.replaySemantics === replaySemantics) return
  throw new RunFolderError(
    folder,
    `version ${before.toolVersion} began this run, and this version would replay the plan in another way`,
    'Resume it with that version, or begin a new run.',
  )
}

/** Where a job names the engine, the identity alone would not show that another answers now. */
function refuseOtherEngine(folder: string, { target }: RunHeader, now: IdentifiedEndpoint['answered']): void {
  const before = target.engine
  if (!before || (before.name === now.name && before.version === now.version)) return
  const shown = ({ name = 'an engine that does not say its name', version = '' }: typeof now) =>
    `${name} ${version}`.trim()
  throw new RunFolderError(
    folder,
    `another engine answers than the one that was measured: ${shown(now)}, and ${shown(before)} did before`,
    'Start the same server again, or begin a new run.',
  )
}
