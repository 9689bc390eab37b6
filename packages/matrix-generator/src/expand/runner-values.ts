import type { Matrix } from '../read/read-matrix.ts'

/** What a full sweep runs an entry on: its label, or with a filter the runners behind the label whose name holds the text. */
export function nodesBehind(matrix: Matrix, label: string, filter: string | undefined): readonly string[] {
  if (!filter) return [label]
  return (matrix.runners.labels.get(label) ?? []).filter((name) => name.includes(filter))
}

/** Like `nodesBehind`, but the label itself counts as a name and comes first; each name once. */
export function labelOrNodes(matrix: Matrix, label: string, filter: string | undefined): readonly string[] {
  if (!filter) return [label]
  return [...new Set([label, ...(matrix.runners.labels.get(label) ?? [])])].filter((name) => name.includes(filter))
}
