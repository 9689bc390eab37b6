import { readdirSync, readFileSync } from 'node:fs'
import { arrivalsOf, type Plan } from '@reprise/replay-engine'
import type { Io } from '../terminal/io.ts'
import { grouped } from '../terminal/output.ts'

/** What this process may open, and what it has open. */
export interface OpenFiles {
  readonly limit: number
  readonly open: number
}

/** Says on stderr where a run may need more connections than this process can open; nothing where the system does not tell. */
export function warnOfFewFiles(plan: Plan, io: Io): void {
  const files = readOpenFiles()
  const warning = files && fewFilesWarning(plan, files)
  if (warning !== undefined) io.stderr.write(`warning: ${warning}\n`)
}

/** A sentence where the plan may need more files than there are; else undefined. */
export function fewFilesWarning(plan: Plan, { limit, open }: OpenFiles): string | undefined {
  const connections = connectionsAtOnce(plan)
  if (connections === undefined || connections + open <= limit) return undefined
  const lanes = arrivalsOf(plan).slots
  return (
    `${grouped(lanes)} ${lanes > 1 ? 'lanes' : 'lane'} and their subagents may need ${grouped(connections)} connections at once, and this process may have ` +
    `${grouped(limit)} files open (${grouped(open)} are). Requests beyond that fail as client-host: raise the limit (ulimit -Hn, LimitNOFILE, --ulimit nofile).`
  )
}

/**
 * At most so many: a lane plays one tree at a time, and each session of it has one request in flight. The largest trees are played together.
 * Undefined for an open load: how many requests are in flight is the server's doing.
 */
export function connectionsAtOnce(plan: Plan): number | undefined {
  const { kind, slots: lanes } = arrivalsOf(plan)
  if (kind === 'open') return undefined
  const { trees } = plan
  const sessions = trees.map((tree) => tree.sessions.length).toSorted((one, other) => other - one)
  let connections = 0
  for (let lane = 0; lane < lanes; lane += 1) connections += sessions[lane % sessions.length] ?? 0
  return connections
}

/** Linux tells. Read once the runtime has raised its soft limit to the hard one, as it does when it starts. */
function readOpenFiles(): OpenFiles | undefined {
  try {
    const limit = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1]
    return limit === undefined ? undefined : { limit: Number(limit), open: readdirSync('/proc/self/fd').length }
  } catch {
    return undefined
  }
}
