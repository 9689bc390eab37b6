import type { Calibration, CalibrationPoint } from './calibration.ts'
import type { Spread } from './compare-instants.ts'

/** The table of a calibration and the sentence that it comes to, within 100 columns. */
export function renderCalibration(calibration: Calibration): string {
  const { tokensPerSPerStream, points, limitMs, rounds, node, cpus } = calibration
  const rows = [head, units, ...points.map(rowOf)]
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  const table = rows.map((row) => row.map((cell, column) => cell.padStart(widths[column]!)).join('  '))
  return [
    `The client against a paced server of its own on this machine (${cpus} CPUs, Node ${node}).`,
    `${tokensPerSPerStream} tokens/s for each stream, all stepping together; ${rounds === 1 ? 'one round' : `medians of ${rounds} rounds`}.`,
    '',
    ...table,
    '',
    "Errors: a first token's (TTFT) or any chunk's instant at the client, less that of its write.",
    'Send: from the client handing over a request to the server reading it, whichever was slow.',
    'Server: its own lateness with first tokens, which is in neither error.',
    '',
    verdictOf(calibration),
    ...disturbance(calibration),
    `Trusted: both errors at most ${limitMs} ms at p99, and the server kept its pace. A network comes on top.`,
    '',
  ].join('\n')
}

const head = ['streams', 'chunks/s', 'TTFT error', '', 'chunk error', '', 'send', 'server', 'CPU/chunk', 'trusted']
const units = ['', '', 'p50 ms', 'p99 ms', 'p50 ms', 'p99 ms', 'p99 ms', 'p99 ms', 'µs', '']

function rowOf(point: CalibrationPoint): string[] {
  return [
    String(point.streams),
    Math.round(point.chunksPerS).toLocaleString('en-US'),
    ...percentilesOf(point.ttftErrorMs),
    ...percentilesOf(point.chunkErrorMs),
    percentilesOf(point.sendDelayMs)[1],
    percentilesOf(point.serverDelayMs)[1],
    point.cpuPerChunkUs.toFixed(0),
    point.trusted ? 'yes' : 'no',
  ]
}

function percentilesOf(spread: Spread | undefined): [string, string] {
  return spread ? [spread.p50.toFixed(2), spread.p99.toFixed(2)] : ['-', '-']
}

function verdictOf({ trustedStreams, points }: Calibration): string {
  if (trustedStreams === undefined) {
    return 'This client cannot be trusted here, at any count that was tried: give it a machine, or cores, of its own.'
  }
  const isAll = trustedStreams === Math.max(...points.map(({ streams }) => streams))
  const beyond = isAll ? 'more were not tried' : 'beyond, split the run over processes or machines'
  return `This client can be trusted up to ${trustedStreams} streams; ${beyond}.`
}

/** More than this, and the machine was too busy with other things for a calibration. */
const quietCoreWaitShare = 0.02

function disturbance({ points }: Calibration): string[] {
  const waits = points.map(({ coreWaitShare }) => coreWaitShare).filter((share) => share !== undefined)
  const worst = Math.max(0, ...waits)
  if (worst <= quietCoreWaitShare) return []
  const share = `${(worst * 100).toFixed(0)} % of the time`
  return [`The machine is busy: the client waited for a core for up to ${share}. Measure again later.`]
}
