import { printable } from '@reprise/safe-text'
import type { HealthLimits } from '../plan/slurm-allocation.ts'

/** What a node says of itself. What it could not say is absent. */
export interface NodeHealth {
  /** Memory in use of each accelerator. */
  readonly gpuMemoryUsedMib?: readonly number[]
  /** Of the folders asked for. */
  readonly freeDiskGib: Readonly<Record<string, number>>
  /** Seconds since 1970. */
  readonly clockS?: number
  /** TCP ports that something listens on. */
  readonly listening: ReadonlySet<number>
}

/**
 * The program that a node is asked with, for `sh -c`, and nothing in it comes from outside: the folders are its arguments. Each section
 * begins with a line of its own, and one that the node has no program for stays empty.
 */
export const healthScript = `
echo '== clock'; date +%s
echo '== listening'; cat /proc/net/tcp /proc/net/tcp6 2>/dev/null
echo '== nvidia'; nvidia-smi --query-gpu=memory.used --format=csv,noheader,nounits 2>/dev/null
echo '== amd'; amd-smi metric --mem-usage --csv 2>/dev/null
echo '== disk'; for folder in "$@"; do df -Pk -- "$folder" 2>/dev/null | tail -n 1; echo "-- $folder"; done
echo '== end'
`

/** What the program printed; undefined where it did not get to its end. */
export function parseHealth(text: string): NodeHealth | undefined {
  const sections = new Map<string, string[]>()
  for (const line of text.split('\n')) {
    const name = /^== (\w+)$/.exec(line)?.[1]
    if (name !== undefined) sections.set(name, [])
    else [...sections.values()].at(-1)?.push(line)
  }
  if (!sections.has('end')) return undefined
  const lines = (name: string) => sections.get(name) ?? []
  const clock = Number(lines('clock')[0])
  const memory = nvidiaMemory(lines('nvidia')) ?? amdMemory(lines('amd'))
  return {
    ...(memory && { gpuMemoryUsedMib: memory }),
    freeDiskGib: freeDisk(lines('disk')),
    ...(clock > 0 && { clockS: clock }),
    listening: listeningPorts(lines('listening')),
  }
}

function nvidiaMemory(lines: readonly string[]): number[] | undefined {
  const numbers = lines.filter((line) => /^\s*\d+\s*$/.test(line)).map(Number)
  return numbers.length > 0 ? numbers : undefined
}

/** A table with a head; the column of what is used is called `used_vram`, in MB. */
function amdMemory(lines: readonly string[]): number[] | undefined {
  const rows = lines.filter((line) => line.includes(',')).map((line) => line.split(',').map((cell) => cell.trim()))
  const column = rows[0]?.findIndex((name) => /^used_vram/i.test(name)) ?? -1
  if (column < 0) return undefined
  const numbers = rows.slice(1).map((row) => Number.parseFloat(row[column] ?? ''))
  return numbers.every((each) => Number.isFinite(each)) && numbers.length > 0 ? numbers : undefined
}

/** The line of `df` comes before the folder's name. Kilobytes that are free are its fourth word. */
function freeDisk(lines: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    lines.flatMap((line, i) => {
      const free = Number(lines[i - 1]?.trim().split(/\s+/)[3])
      return line.startsWith('-- ') && Number.isFinite(free) ? [[line.slice(3), free / 1024 / 1024]] : []
    }),
  )
}

/** Local addresses of sockets in state 0A, listening. Source: proc(5), /proc/net/tcp. */
function listeningPorts(lines: readonly string[]): Set<number> {
  return new Set(
    lines.flatMap((line) => {
      const found = /^\s*\d+: [0-9A-F]+:([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} 0A /i.exec(line)
      return found ? [Number.parseInt(found[1]!, 16)] : []
    }),
  )
}

/** Why a node gets no server, one reason after the other; empty where it is sound. */
export function judgeHealth(health: NodeHealth, limits: HealthLimits, nowS: number): string[] {
  const { gpuMemoryUsedMib: memory, freeDiskGib, clockS } = health
  const { gpus, gpuMemoryUsedMib: maxMemory, freeDiskGib: wanted = {}, clockSkewS } = limits
  const busy =
    maxMemory === undefined
      ? []
      : (memory ?? []).flatMap((mib, i) => (mib > maxMemory ? [`GPU ${i} has ${mib} MiB in use`] : []))
  const skewS = clockS === undefined ? undefined : Math.abs(clockS - nowS)
  return [
    ...(gpus !== undefined && memory?.length !== gpus ? [`${memory?.length ?? 0} GPUs answer, and not ${gpus}`] : []),
    ...busy,
    ...Object.entries(wanted).flatMap(([folder, gib]) => diskReason(folder, freeDiskGib[folder], gib)),
    ...(clockSkewS !== undefined && skewS !== undefined && skewS > clockSkewS
      ? [`its clock is ${Math.round(skewS)} s from ours`]
      : []),
  ]
}

function diskReason(folder: string, free: number | undefined, wanted: number): string[] {
  if (free === undefined) return [`${printable(folder, 100)} is not there`]
  return free < wanted ? [`${printable(folder, 100)} has ${free.toFixed(1)} GiB free, and not ${wanted}`] : []
}
