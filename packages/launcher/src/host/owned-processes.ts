import type { ProcessEntry } from './process-table.ts'

/** Name of the variable that says whose a process is. */
export const labelVariable = 'REPRISE_LABEL'

/** Name of the variable that says who has launched it, as `LaunchOwner` in JSON. */
export const ownerVariable = 'REPRISE_OWNER'

/** Start times by process number: a number that another process has got since is not in it. */
export type KnownProcesses = ReadonlyMap<number, number>

/**
 * The processes that belong to a label: those whose environment carries it, those that were known to, their descendants, and every session
 * that one of these leads, so that neither a changed session nor a wiped environment nor a lost parent hides one that was ever seen. The
 * caller and its ancestors are never among them.
 */
export function ownedProcesses(
  table: readonly ProcessEntry[],
  {
    label,
    self,
    known = new Map(),
  }: { readonly label: string; readonly self: number; readonly known?: KnownProcesses },
): ProcessEntry[] {
  const spared = lineage(table, self)
  const carries = ({ environment }: ProcessEntry) => environment.includes(`${labelVariable}=${label}`)
  const isKnown = ({ pid, startTicks }: ProcessEntry) => known.get(pid) === startTicks
  const others = table.filter(({ pid }) => !spared.has(pid))
  const owned = new Set(others.filter((entry) => carries(entry) || isKnown(entry)).map(({ pid }) => pid))
  for (let before = -1; before !== owned.size; ) {
    before = owned.size
    for (const { pid, parent, session } of others) if (owned.has(parent) || owned.has(session)) owned.add(pid)
  }
  return others.filter(({ pid }) => owned.has(pid))
}

/** A process and its ancestors. */
function lineage(table: readonly ProcessEntry[], self: number): Set<number> {
  const parents = new Map(table.map(({ pid, parent }) => [pid, parent]))
  const found = new Set<number>()
  for (let pid: number | undefined = self; pid !== undefined && !found.has(pid); pid = parents.get(pid)) found.add(pid)
  return found
}
