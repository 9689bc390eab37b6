import { logText } from '@reprise/safe-text'
import type { Power } from '../result/power.ts'
import type { BothSides, SampledSource, ServerLevel, ServerSide } from '../result/server-side.ts'

/** What the server says of itself, a sentence for each thing it tells, and what could not be sampled. Plain text, whatever a server sent. */
export function renderServer(server: ServerSide): string[] {
  const told = [promptText(server), memoryText(server), requestText(server), ttftText(server)].filter(
    (each) => each !== undefined,
  )
  return [
    ...(told.length > 0 ? [`the server: ${told.join('; ')}`] : []),
    ...server.sources.flatMap((source) => problemText(source, server)),
  ]
}

function promptText({ prompt }: ServerSide): string | undefined {
  if (prompt?.hitRate === undefined) return undefined
  const { by, localHitTokens = 0, externalHitTokens = 0, computedTokens = 0 } = prompt
  const external = externalHitTokens > 0 ? `, ${grouped(externalHitTokens)} elsewhere` : ''
  const basis = by === 'lookups' ? ' by lookups, which count a waiting request again' : ''
  return `${share(prompt.hitRate)} of prompt tokens hit${basis} (${grouped(localHitTokens)} in the KV cache${external}, ${grouped(computedTokens)} computed)`
}

function memoryText({ kvUse, preemptions }: ServerSide): string | undefined {
  const use = kvUse && `KV cache ${share(kvUse.mean)} full, at most ${share(kvUse.max)}`
  const lost = preemptions !== undefined && preemptions > 0 ? `${grouped(preemptions)} preemptions` : undefined
  return [use, lost].filter((each) => each !== undefined).join(', ') || undefined
}

function requestText({ running, waiting }: ServerSide): string | undefined {
  if (!running && !waiting) return undefined
  const level = (name: string, { mean, max }: ServerLevel) => `${short(mean)} ${name} (at most ${short(max)})`
  return [running && level('running', running), waiting && level('waiting', waiting)].filter(Boolean).join(', ')
}

function ttftText({ besideClient }: ServerSide): string | undefined {
  return besideClient?.ttft && renderBothSides('mean TTFT', besideClient.ttft)
}

/** `mean TTFT 74 ms here, 50 ms there: 24 ms outside the server, 3 ms in its queue`. */
export function renderBothSides(
  name: string,
  { clientMs, serverMs, outsideMs, queueMs, clientN, serverN }: BothSides,
): string {
  const both = `${name} ${short(clientMs)} ms here, ${short(serverMs)} ms there`
  if (outsideMs === undefined) return `${both}, of other requests (${grouped(clientN)} and ${grouped(serverN)})`
  return `${both}: ${short(outsideMs)} ms outside the server${queueMs === undefined ? '' : `, ${short(queueMs)} ms in its queue`}`
}

function problemText(source: SampledSource, { endedEarly, full }: ServerSide): string[] {
  const { url, samples, problems = {}, firstProblem = '', resets = 0, sameAs } = source
  const at = logText(source.movedTo ?? url, 200)
  const failed = Object.values(problems).reduce((sum, each) => sum + each, 0)
  return [
    ...(samples === 0 && failed > 0 ? [`no metrics at ${at} (${logText(firstProblem, 200)})`] : []),
    ...(samples > 0 && failed > 0
      ? [`metrics at ${at}: ${failed} of ${samples + failed} pages failed (${logText(firstProblem, 200)})`]
      : []),
    ...(resets > 0 ? [`metrics at ${at}: the server began anew, ${resets} times`] : []),
    ...(sameAs !== undefined ? [`metrics at ${at}: the same process as another address, read once`] : []),
    ...(endedEarly ? [`metrics at ${at}: the sampler ended before the run`] : []),
    ...(full ? [`metrics at ${at}: the file reached its bound; behind it there are the edges of phases alone`] : []),
  ]
}

/** What the accelerators drew, or why nobody can say. */
export function renderPower({ meter, devices, meanW, energyJ, joulesPerOutputToken, problems }: Power): string {
  const who = `${devices} ${devices === 1 ? 'device' : 'devices'} by ${meter}`
  if (meanW === undefined)
    return `power: no energy of the window (${who}): ${logText((problems ?? []).join('; '), 400)}`
  const perToken = joulesPerOutputToken === undefined ? '' : `, ${short(joulesPerOutputToken)} J per output token`
  return `power: ${grouped(meanW)} W on average (${who}), ${grouped(energyJ ?? 0)} J${perToken}`
}

function share(of: number): string {
  return `${(of * 100).toFixed(1)}%`
}

function grouped(count: number): string {
  return Math.round(count).toLocaleString('en-US')
}

function short(value: number): string {
  const size = Math.abs(value)
  return value.toFixed(size >= 99.95 || Number.isInteger(value) ? 0 : 1)
}
