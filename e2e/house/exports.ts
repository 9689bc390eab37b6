import { dirname } from 'node:path'
import { fileAt, type Texts } from './project-texts.ts'

/** The names that a file exports, those it passes on included. */
export function exportedNames(path: string, texts: Texts): Set<string> {
  const text = texts.get(path) ?? ''
  const names = new Set<string>()
  for (const [, list] of text.matchAll(/^export\s+(?:type\s+)?\{([^}]*)\}/gm)) {
    for (const { shown } of namesIn(list!)) names.add(shown)
  }
  const declared =
    /^export\s+(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(?:function\*?|const|let|class|interface|type|enum)\s+([\w$]+)/gm
  for (const [, name] of text.matchAll(declared)) names.add(name!)
  for (const [, from] of text.matchAll(/^export\s+(?:type\s+)?\*\s+from\s+'(\.[^']+)'/gm)) {
    for (const name of exportedNames(fileAt(dirname(path), from!), texts)) names.add(name)
  }
  return names
}

/** The names that texts take from a package, by whichever way: in a list, in a pattern, or as members of the whole. */
export function takenNames(packageName: string, texts: Iterable<string>): Set<string> {
  const taken = new Set<string>()
  const from = `'${packageName}(?:/[\\w-]+)?'`
  const lists = new RegExp(`\\b(?:import|export)\\s+(?:type\\s+)?\\{([^}]*)\\}\\s+from\\s+${from}`, 'g')
  const patterns = new RegExp(`\\{([^{}]*)\\}\\s*=\\s*await import\\(\\s*${from}\\s*\\)`, 'g')
  const whole = new RegExp(
    `import\\s+\\*\\s+as\\s+[\\w$]+\\s+from\\s+${from}|=\\s*(?:await|typeof)\\s+import\\(\\s*${from}`,
  )
  const all = [...texts]
  for (const text of all) {
    for (const [, list] of text.matchAll(lists)) for (const { own } of namesIn(list!)) taken.add(own)
    for (const [, list] of text.matchAll(patterns)) {
      for (const { own } of namesIn(list!.replaceAll(':', ' as '))) taken.add(own)
    }
  }
  // Whoever has the whole package may hand it on, so its members are looked for everywhere.
  if (all.some((text) => whole.test(text.replace(patterns, '')))) {
    for (const text of all) for (const [, name] of text.matchAll(/\.([A-Za-z_$][\w$]*)/g)) taken.add(name!)
  }
  return taken
}

function namesIn(list: string): { own: string; shown: string }[] {
  return list
    .split(',')
    .map((each) => each.trim().replace(/^type\s+/, ''))
    .filter((each) => each !== '')
    .map((each) => {
      const [own, shown] = each.split(/\s+as\s+/)
      return { own: own!, shown: shown ?? own! }
    })
}
