import type { ProcessEntry } from './process-table.ts'

/** Name of the variable that says whose a process is. */
export const labelVariable = 'REPRISE_LABEL'

/**
 * The processes that belong to a label: those whose environment carries it, their descendants, and every session that one of these
 * leads, so that neither a changed session nor a wiped environment hides one. The caller and its ancestors are never among them.
 *
 * Out of sight is only what has done all of it: left the session, wiped its environment, and lost its parent.
 */
export function ownedProcesses(table: readonly ProcessEntry[], label: string, self: number): number[] {
  const spared = lineage(table, self)
  const carries = ({ environment }: ProcessEntry) => environment.includes(`${labelVariable}=${label}`)
  const others = table.filter(({ pid }) => !spared.has(pid))
  const owned = new Set(others.filter(carries).map(({ pid }) => pid))
  for (let before = -1; before !== owned.size; ) {
    before = owned.size
    for (const { pid, parent, session } of others) if (owned.has(parent) || owned.has(session)) owned.add(pid)
  }
  return [...owned]
}

/** A process and its ancestors. */
function lineage(table: readonly ProcessEntry[], self: number): Set<number> {
  const parents = new Map(table.map(({ pid, parent }) => [pid, parent]))
  const found = new Set<number>()
  for (let pid: number | undefined = self; pid !== undefined && !found.has(pid); pid = parents.get(pid)) found.add(pid)
  return found
}
