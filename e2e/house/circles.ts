import { dirname, relative, resolve } from 'node:path'
import { root, type SourceFile } from '../sources.ts'

/** Who leads to whom, by name. */
export type Graph = ReadonlyMap<string, ReadonlySet<string>>

/** Which file imports which, types included. Files that only gather what others export are left out: they lead everywhere on purpose. */
export function fileGraph(sources: readonly SourceFile[]): Graph {
  const own = sources.filter(({ path }) => !path.endsWith('/index.ts'))
  const known = new Set(own.map(({ path }) => path))
  return new Map(
    own.map(({ path, imports }) => {
      const targets = imports
        .filter((each) => each.startsWith('.'))
        .map((each) => relative(root, resolve(root, dirname(path), each)).replaceAll('\\', '/'))
      return [path, new Set(targets.filter((each) => known.has(each)))]
    }),
  )
}

/** The same among the folders that hold the files. */
export function folderGraph(files: Graph): Graph {
  const folders = new Map<string, Set<string>>()
  for (const [path, targets] of files) {
    const from = dirname(path)
    const own = folders.get(from) ?? new Set()
    for (const target of targets) if (dirname(target) !== from) own.add(dirname(target))
    folders.set(from, own)
  }
  return folders
}

/** Groups that lead to one another, each sorted: none where nothing leads back to itself. */
export function circlesOf(graph: Graph): string[][] {
  const reach = (from: string) => {
    const seen = new Set<string>()
    const open = [from]
    for (const name of open) {
      for (const next of graph.get(name) ?? []) {
        if (!seen.has(next)) open.push(next)
        seen.add(next)
      }
    }
    return seen
  }
  const reached = new Map([...graph.keys()].map((name) => [name, reach(name)]))
  const left = new Set(graph.keys())
  const circles: string[][] = []
  for (const name of graph.keys()) {
    if (!left.has(name) || !reached.get(name)!.has(name)) continue
    const circle = [...left].filter((other) => reached.get(name)!.has(other) && reached.get(other)!.has(name))
    for (const each of circle) left.delete(each)
    circles.push(circle.sort())
  }
  return circles
}
