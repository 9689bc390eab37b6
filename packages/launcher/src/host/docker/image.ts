import { setTimeout as sleep } from 'node:timers/promises'
import { printable } from '@reprise/safe-text'
import { z } from 'zod'
import { LaunchError } from '../../plan/launch-error.ts'
import { dockerFailure, runDocker } from './docker-cli.ts'
import { withHostLock } from './host-lock.ts'

const Found = z.array(z.object({ Id: z.string(), RepoDigests: z.array(z.string()).nullish() })).min(1)

/** An image that the daemon has. */
export interface Image {
  /** Names exactly this image, and no later one under the same tag. */
  readonly id: string
  /** What its registry knows it by; where it came from none, its id. */
  readonly digest: string
}

export interface Fetching {
  readonly signal: AbortSignal
  readonly tell: (detail: string) => void
  /** Pulls that failed for a reason that may pass are tried again, after as many milliseconds each. */
  readonly pausesMs?: readonly number[]
}

const askMs = 60_000
/** The deadline of the phase ends a pull long before. */
const pullMs = 24 * 3_600_000

/**
 * The image of a plan, pulled where the daemon does not have it: by one launch of this machine at a time, the others wait for it.
 *
 * @throws LaunchError of phase `pull` when there is no such image, or it cannot be had; the signal's reason when that aborts.
 */
export async function fetchImage(name: string, fetching: Fetching): Promise<Image> {
  const reference = referenceOf(name)
  const present = await inspectImage(reference)
  if (present) return present
  return withHostLock(`image ${reference}`, fetching, async () => {
    const arrived = await inspectImage(reference)
    if (arrived) return arrived
    await pull(reference, fetching)
    const image = await inspectImage(reference)
    if (image) return image
    const message = `${shown(reference)} was pulled and is not there; look whether something prunes the images of this host`
    throw new LaunchError(message, { failureClass: 'infrastructure', phase: 'pull' })
  })
}

/** As Docker writes it; enroot sets a `#` after the registry. */
export function referenceOf(image: string): string {
  return image.replace('#', '/')
}

/** Undefined when the daemon has none of that name. @throws LaunchError when it cannot be asked. */
export async function inspectImage(reference: string): Promise<Image | undefined> {
  const answer = await runDocker(['image', 'inspect', '--', reference], { deadlineMs: askMs })
  if (answer.exitCode !== 0) {
    if (/no such image/i.test(answer.stderr)) return undefined
    throw dockerFailure('look for the image', answer, 'pull')
  }
  const [found] = Found.parse(JSON.parse(answer.stdout))
  const { Id: id, RepoDigests } = found!
  const wanted = reference.split('@')[1]
  const digests = (RepoDigests ?? []).map((each) => each.split('@')[1]!)
  return { id, digest: digests.find((each) => each === wanted) ?? digests[0] ?? id }
}

async function pull(reference: string, fetching: Fetching): Promise<void> {
  const { signal, tell, pausesMs = [5_000, 20_000] } = fetching
  const layers = new Map<string, string>()
  const onLine = (line: string) => {
    const [, layer, state] = /^([0-9a-f]{12}): (.+)$/.exec(line) ?? []
    if (layer !== undefined) layers.set(layer, state!)
    tell(renderPull(reference, layers))
  }
  for (let attempt = 0; ; attempt++) {
    // Under no label, and past its launcher's death: a client dies of a broken pipe as it tells that a layer is complete, just when the daemon
    // stores the image and has not named it yet. That takes the end of its client for the end of the pull, and the image stays nameless.
    // Source: moby, daemon/images/store.go, Put of imageStoreForPull.
    const answer = await runDocker(['pull', '--', reference], { signal, deadlineMs: pullMs, onLine, outlives: true })
    signal.throwIfAborted()
    if (answer.exitCode === 0) return
    const pauseMs = pausesMs[attempt]
    if (pauseMs === undefined || isFinal(answer.stderr)) throw refused(reference, dockerFailure('pull', answer, 'pull'))
    tell(`${shown(reference)}: tried ${attempt + 1} times; ${printable(answer.stderr, 200)}`)
    await sleep(pauseMs, undefined, { signal }).catch(() => signal.throwIfAborted())
  }
}

/** What no second try mends. */
function isFinal(stderr: string): boolean {
  return /manifest unknown|not found|does not exist|unauthorized|access .*denied|invalid reference|no matching manifest|no space left/i.test(
    stderr,
  )
}

function refused(reference: string, { message }: LaunchError): LaunchError {
  const isUnknown = /manifest unknown|not found|does not exist|invalid reference|no matching manifest/i.test(message)
  const cure = isUnknown ? 'mend the image of the configuration' : 'look at the registry, and at the disk of this host'
  return new LaunchError(`${shown(reference)} cannot be had: ${printable(message, 600)}; ${cure}`, {
    failureClass: isUnknown ? 'recipe' : 'infrastructure',
    phase: 'pull',
  })
}

const finished = /^(Pull complete|Already exists)/

function renderPull(reference: string, layers: ReadonlyMap<string, string>): string {
  const done = [...layers.values()].filter((state) => finished.test(state)).length
  return `pulling ${shown(reference)}: ${done} of ${layers.size} layers`
}

function shown(reference: string): string {
  return printable(reference, 200)
}
